import { BadRequestException, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Approval } from '../core/approval/approval.ts';
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

/** Sends questions by SES. Their one link shows and decides nothing by itself. Answers false for an address that SES never takes. */
export const approvalMail =
  (client: SESv2Client, { from, configurationSet, peopleUrl, approvers, timeZone, now }: MailSettings) =>
  async ({ approval, approver, link }: Question): Promise<boolean> => {
    const person = approvers[approver];
    if (!person) return false;
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
      return true;
    } catch (error) {
      // An address that nobody could write to; what is wrong with the sender, or with the account, may be mended.
      if (error instanceof BadRequestException) return false;
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
