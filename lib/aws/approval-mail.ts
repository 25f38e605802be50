import { BadRequestException, MessageRejected, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Approval } from '../core/approval/approval.ts';
import type { Sent } from '../core/approval/ask.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import type { Approver } from '../core/approval/settings.ts';
import { whyYou } from '../core/approval/why-you.ts';
import { deadlineOf } from '../people/deadline.ts';
import { mailOf } from '../people/mail.ts';

/** One question to one person. */
export interface Question {
  readonly approval: Approval;
  /** Name of whom it is for. */
  readonly approver: string;
  /** What stands in the link; only its hash is stored. */
  readonly link: string;
}

/** From where mails come, and what they lead to. */
export interface MailSettings {
  readonly from: string;
  /** Says what becomes of a mail. */
  readonly configurationSet: string;
  readonly peopleUrl: string;
  readonly approvers: Readonly<Record<string, Approver>>;
  /** IANA name; the deadline is told in it. */
  readonly timeZone: string;
  /** Epoch ms. */
  now(): number;
}

/** Sends questions by SES. Their one link shows and decides nothing by itself. */
export const approvalMail =
  (client: SESv2Client, { from, configurationSet, peopleUrl, approvers, timeZone, now }: MailSettings) =>
  async ({ approval, approver, link }: Question): Promise<'sent' | Exclude<Sent, object>> => {
    const person = approvers[approver];
    if (!person) return 'unreachable';
    const dossier: Dossier = dossierSchema.parse(JSON.parse(approval.shown));
    const { subject, text, html } = mailOf({
      name: person.name,
      dossier,
      why: approval.why,
      whyYou: whyYou(approval, approver, (name) => approvers[name]?.name ?? name),
      isReminder: Object.hasOwn(approval.links, approver),
      deadline: deadlineOf(approval.expiresAt, { now: now(), timeZone }),
      url: `${peopleUrl}/a/${link}`,
    });
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          ConfigurationSetName: configurationSet,
          Destination: { ToAddresses: [person.email] },
          Content: {
            Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) }, Headers: [automatic] },
          },
          EmailTags: tagsOf({ ...approval, approver }),
        }),
      );
      return 'sent';
    } catch (error) {
      if (error instanceof BadRequestException) return 'unreachable';
      // Said of a sender that is not verified (yet), and in the sandbox of such a recipient.
      if (error instanceof MessageRejected) return 'rejected';
      throw error;
    }
  };

/** What is told again with every event of the mail. Tags have no dots: an id of a round is put together from two. */
const tagsOf = (facts: Pick<Approval, 'system' | 'operationId' | 'round'> & { readonly approver: string }) =>
  Object.entries({
    system: facts.system,
    operation: facts.operationId,
    round: facts.round,
    approver: facts.approver,
  }).map(([Name, value]) => ({ Name, Value: String(value) }));

/** An answer that somebody is out of office would come back as if the mail had not arrived. */
const automatic = { Name: 'Auto-Submitted', Value: 'auto-generated' };

/** Without a charset SES takes a text for 7-bit ASCII, and names have umlauts. */
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
