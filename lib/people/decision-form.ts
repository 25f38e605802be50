import * as z from 'zod';
import type { Decision } from '../core/approval/approval.ts';

/** Why something is refused: the codes that agents read, and how people read them. */
export const refusals = {
  PRICE: 'The price is too high',
  SUPPLIER: 'The wrong supplier',
  NOT_NEEDED: 'Not needed',
  WRONG_ITEM: 'The wrong item or quantity',
  BUDGET: 'There is no budget for it',
  OTHER: 'Another reason',
} as const;

const question = z
  .string()
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(z.string().min(1).max(1000));

const form = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('approve') }),
  z.strictObject({
    verdict: z.literal('refuse'),
    reason: z.string().refine((code) => Object.hasOwn(refusals, code)),
  }),
  z.strictObject({ verdict: z.literal('ask_back'), reason: question }),
  z.strictObject({ verdict: z.literal('pass_on'), to: z.string() }),
]);

/** What a form says, without who and when: a decision, or to whom the question goes instead. */
export type Answer = Pick<Decision, 'verdict' | 'reason'> | { readonly verdict: 'pass_on'; readonly to: string };

/** The answer of a form; undefined when it says nothing that can be done. */
export const answerOf = (fields: Readonly<Record<string, string>>): Answer | undefined => form.safeParse(fields).data;
