import * as z from 'zod';
import { conditionBlock } from './condition.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);

const pattern = oneOrMore.refine((values) => values.every((value) => !value.includes('${')), {
  message: 'policy variables are not supported by the local AWS',
});

const principal = z.union([
  z.literal('*').transform((): Partial<Record<'AWS' | 'Service', string[]>> => ({ AWS: ['*'] })),
  z.partialRecord(z.enum(['AWS', 'Service']), oneOrMore),
]);

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: pattern.optional(),
    NotResource: pattern.optional(),
    Condition: conditionBlock.optional(),
  })
  .refine((one) => (one.Action === undefined) !== (one.NotAction === undefined), {
    message: 'a statement has either Action or NotAction',
  });

/** An IAM policy document as the evaluator understands it; anything else in it is refused by name. */
export const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});

/** A policy of a role: every statement names its resources. */
export const identityPolicy = policyDocument.refine(
  ({ Statement }) =>
    Statement.every((one) => (one.Resource === undefined) !== (one.NotResource === undefined) && !one.Principal),
  { message: 'a statement of an identity policy has either Resource or NotResource, and no Principal' },
);

/** A parsed policy document; single values have become lists. */
export type PolicyDocument = z.infer<typeof policyDocument>;

/** One statement of it. */
export type Statement = PolicyDocument['Statement'][number];
