import * as z from 'zod';

/** That somebody is asked in place of somebody else, who is asked no longer. */
export const passedOnSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Epoch ms. */
  at: z.int(),
  /** `from` was absent when the question was opened; otherwise it was `from` who passed it on. */
  absent: z.literal(true).optional(),
});

/** What happened to a round besides decisions; for the journal. */
export const happeningSchema = z.strictObject({
  type: z.enum(['passed_on', 'absent', 'escalated', 'undelivered', 'reminded']),
  /** Epoch ms. */
  at: z.int(),
  /** Who did it. */
  by: z.string().optional(),
  /** To whom it was done. */
  approver: z.string().optional(),
  reason: z.string().optional(),
});

/** What happened to a round besides decisions. */
export type Happening = z.infer<typeof happeningSchema>;
