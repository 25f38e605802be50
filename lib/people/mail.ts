import type { Dossier } from '../core/approval/dossier.ts';
import { html, textOf } from './html.ts';

/** What a mail is written from. */
export interface MailFacts {
  /** Whom it is for. */
  readonly name: string;
  readonly dossier: Dossier;
  /** The rule that asks. */
  readonly why: string;
  /** Until when, in words of the company's time zone. */
  readonly by: string;
  readonly url: string;
}

/** A mail: a subject that says it all, and one link that shows the question and decides nothing. */
export function mailOf({ name, dossier, why, by, url }: MailFacts): { subject: string; text: string; html: string } {
  const { headline, facts } = dossier;
  const known = facts.slice(0, 6).map(({ label, value }) => `${label}: ${oneLine(value)}`);
  const closing = 'Nothing is decided in this mail: the page asks you to sign in first.';
  return {
    subject: oneLine(`Approve by ${by}: ${headline}`).slice(0, 150),
    text: [
      `${name},`,
      '',
      headline,
      '',
      ...known,
      '',
      `Why you are asked: ${why}`,
      `Decide by: ${by}`,
      '',
      url,
      '',
      closing,
      '',
    ].join('\n'),
    html: textOf(
      html`<!doctype html><html lang="en"><body><p>${name},</p><p><strong>${headline}</strong></p><ul>${known.map(
        (line) => html`<li>${line}</li>`,
      )}</ul><p>Why you are asked: ${why}<br>Decide by: ${by}</p><p><a href="${url}">Look at it and decide</a></p><p>${closing}</p></body></html>`,
    ),
  };
}

/** A line of a mail cannot break out of its line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
