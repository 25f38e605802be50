import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Approval } from '../core/approval/approval.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import type { Approver } from '../core/approval/settings.ts';
import { mailOf } from '../people/mail.ts';

/** One question to one person. */
export interface Question {
  readonly approval: Approval;
  readonly approver: Approver;
  /** What stands in the link; only its hash is stored. */
  readonly link: string;
  /** IANA name; the deadline is told in it. */
  readonly timeZone: string;
}

/** Sends the question by SES. Its one link shows and decides nothing by itself. */
export const approvalMail =
  (client: SESv2Client, { from, peopleUrl }: { readonly from: string; readonly peopleUrl: string }) =>
  async ({ approval, approver, link, timeZone }: Question): Promise<void> => {
    const dossier: Dossier = dossierSchema.parse(JSON.parse(approval.shown));
    const { subject, text, html } = mailOf({
      name: approver.name,
      dossier,
      why: approval.why,
      by: new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }).format(approval.expiresAt),
      url: `${peopleUrl}/a/${link}`,
    });
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [approver.email] },
        Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
      }),
    );
  };

/** Without a charset SES takes a text for 7-bit ASCII, and names have umlauts. */
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
