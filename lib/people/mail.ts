import type { Dossier } from '../core/approval/dossier.ts';
import { html, textOf } from './html.ts';

/** What a mail is written from. */
export interface MailFacts {
  /** Whom it is for. */
  readonly name: string;
  readonly dossier: Dossier;
  /** The rule that asks. */
  readonly why: string;
  /** Why it is this person who is asked, where the rule does not say so. */
  readonly whyYou?: string | undefined;
  /** Sent to somebody who had a mail before. */
  readonly isReminder: boolean;
  /** Until when: in short, for the subject, and in full. */
  readonly deadline: { readonly short: string; readonly full: string };
  readonly url: string;
}

/** A mail: a subject that says it all, and one link that shows the question and decides nothing. */
export function mailOf({ name, dossier, why, whyYou, isReminder, deadline, url }: MailFacts): {
  subject: string;
  text: string;
  html: string;
} {
  const { headline, facts } = dossier;
  const known = facts.slice(0, 6).map(({ label, value }) => `${label}: ${oneLine(value)}`);
  const reasons = [`Why you are asked: ${why}`, ...(whyYou ? [whyYou] : []), `Decide by: ${deadline.full}`];
  const closing = 'Nothing is decided in this mail: the page asks you to sign in first.';
  const subject = `${isReminder ? 'Reminder: approve' : 'Approve'} by ${deadline.short}: ${headline}`;
  return {
    subject: oneLine(subject).slice(0, 150),
    text: [`${name},`, '', headline, '', ...known, '', ...reasons, '', url, '', closing, ''].join('\n'),
    html: textOf(
      html`<!doctype html><html lang="en"><body><p>${name},</p><p><strong>${headline}</strong></p><ul>${known.map(
        (line) => html`<li>${line}</li>`,
      )}</ul>${reasons.map(
        (line) => html`<p>${line}</p>`,
      )}<p><a href="${url}">Look at it and decide</a></p><p>${closing}</p></body></html>`,
    ),
  };
}

/** A line of a mail cannot break out of its line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
