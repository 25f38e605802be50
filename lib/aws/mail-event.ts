import * as z from 'zod';

const tag = z.tuple([z.string()]);

/** What SES tells EventBridge of a mail that did not arrive, or was not welcome: whose it was, and what became of it. */
export const mailEventSchema = z
  .object({
    source: z.literal('aws.ses'),
    'detail-type': z.string(),
    detail: z.object({
      mail: z.object({ tags: z.object({ operation: tag, round: tag, approver: tag }) }),
    }),
  })
  .transform(({ 'detail-type': reason, detail: { mail } }) => ({
    do: 'not-delivered' as const,
    approvalId: `${mail.tags.operation[0]}.${mail.tags.round[0]}`,
    approver: mail.tags.approver[0],
    reason,
  }));
