import * as z from 'zod';
import { timeIn } from './rfc3339.ts';

const stateName = z.string().min(1).max(80);
const jsonata = z.literal('JSONata', { error: 'the local Step Functions runs the query language JSONata only' });

const expression = z.string().regex(/^\{%[\s\S]*%\}$/, 'is neither a whole number nor a JSONata expression');
const secondsFrom = (least: number) => z.union([z.number().int().min(least).max(99_999_999), expression]);

const timestamp = z.string().refine((text) => timeIn(text) !== undefined, 'is no RFC 3339 timestamp');

/** Names follow Unicode identifiers; `states` belongs to Step Functions. */
const variableName = z
  .string()
  .regex(/^\p{ID_Start}\p{ID_Continue}{0,79}$/u)
  .refine((name) => name !== 'states');

const common = { Comment: z.string().optional(), QueryLanguage: jsonata.optional() };
const onward = { Next: stateName.optional(), End: z.literal(true).optional() };
const exit = { Output: z.unknown().optional(), Assign: z.record(variableName, z.unknown()).optional() };

const errorNames = z.array(z.string().min(1)).min(1);

const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorNames,
  IntervalSeconds: z.number().int().min(1).max(99_999_999).default(1),
  MaxAttempts: z.number().int().min(0).max(99_999_999).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});

const catcher = z.strictObject({ Comment: z.string().optional(), ErrorEquals: errorNames, Next: stateName, ...exit });

const wildcardLast = (handlers: readonly { readonly ErrorEquals: readonly string[] }[]): boolean =>
  handlers.every(
    ({ ErrorEquals }, at) =>
      !ErrorEquals.includes('States.ALL') || (ErrorEquals.length === 1 && at === handlers.length - 1),
  );
const wildcardRule = { message: 'States.ALL stands alone in its ErrorEquals, and in the last entry' };

const handlers = {
  Retry: z.array(retrier).refine(wildcardLast, wildcardRule).default([]),
  Catch: z.array(catcher).refine(wildcardLast, wildcardRule).default([]),
};

const resources = ['arn:aws:states:::lambda:invoke', 'arn:aws:states:::lambda:invoke.waitForTaskToken'] as const;

const task = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.enum(resources, {
    error: ({ input }) => `${String(input)} is not supported; ${resources.join(' and ')} are`,
  }),
  Arguments: z.unknown().optional(),
  TimeoutSeconds: secondsFrom(1).optional(),
  HeartbeatSeconds: secondsFrom(1).optional(),
  ...common,
  ...exit,
  ...handlers,
  ...onward,
});

const rule = z.strictObject({
  Comment: z.string().optional(),
  Condition: z.union([z.boolean(), expression]),
  Next: stateName,
  ...exit,
});

const choice = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(rule).min(1),
  Default: stateName.optional(),
  ...common,
  ...exit,
});

const wait = z.strictObject({
  Type: z.literal('Wait'),
  Seconds: secondsFrom(0).optional(),
  Timestamp: z.union([expression, timestamp]).optional(),
  ...common,
  ...exit,
  ...onward,
});

const fail = z.strictObject({
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  Cause: z.string().optional(),
  ...common,
});

/** A machine inside a Parallel state, or the outermost one. */
export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const branch: z.ZodType<Branch> = z.lazy(() =>
  z.strictObject({ Comment: z.string().optional(), StartAt: stateName, States: z.record(stateName, state) }),
);

const parallel = z.strictObject({
  Type: z.literal('Parallel'),
  Branches: z.array(branch).min(1),
  Arguments: z.unknown().optional(),
  ...common,
  ...exit,
  ...handlers,
  ...onward,
});

const state = z.discriminatedUnion(
  'Type',
  [
    task,
    choice,
    wait,
    fail,
    parallel,
    z.strictObject({ Type: z.literal('Pass'), ...common, ...exit, ...onward }),
    z.strictObject({ Type: z.literal('Succeed'), Output: z.unknown().optional(), ...common }),
  ],
  { error: ({ input }) => `the state type ${String(Object(input).Type)} is not supported` },
);

/** One state, as far as Step Functions is supported here. */
export type State = z.output<typeof state>;

/** What decides over a failure first, and how often it is tried again. */
export type Retrier = z.output<typeof retrier>;

/** The outermost machine; a member that is not listed is refused by name. */
export const machineShape = z.strictObject({
  Comment: z.string().optional(),
  Version: z.literal('1.0').optional(),
  QueryLanguage: jsonata,
  TimeoutSeconds: z.number().int().min(1).max(99_999_999).optional(),
  StartAt: stateName,
  States: z.record(stateName, state),
});

/** A whole definition. */
export type Machine = z.output<typeof machineShape>;
