import * as z from 'zod';

const parts = {
  STAGE: z.string(),
  ACCOUNT_ID: z.string(),
  OPERATIONS_TABLE: z.string(),
  JOURNAL_TABLE: z.string(),
  COORDINATION_TABLE: z.string(),
  RESULTS_BUCKET: z.string(),
  APPROVALS_TABLE: z.string(),
  APPROVERS_SECRET_ARN: z.string(),
  /** Base of the people's API, without a slash at its end. */
  PEOPLE_URL: z.url(),
  MAIL_FROM: z.string(),
  /** Configuration set of SES that says what becomes of mails. */
  MAIL_EVENTS: z.string(),
  /** Machine that waits for people, by system; none where nobody is asked. */
  APPROVAL_MACHINES: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  /** Machine that carries a saga out, by its name. */
  SAGA_MACHINES: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  /** Queue of what waits, by system. */
  BACKLOG_QUEUES: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.url()).parse(JSON.parse(text))),
  BACKLOG_QUEUE: z.url(),
  /** Queue of what agents with an endpoint are to be told, by agent. */
  CALLBACK_QUEUES: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.url()).parse(JSON.parse(text))),
  /** Function that tells an agent with an endpoint, by agent. */
  CALLBACK_FUNCTIONS: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  CALLBACK_QUEUE: z.url(),
  CALLBACK_URL: z.url(),
  AGENT: z.string(),
  UNREADABLE_QUEUE: z.url(),
  SYSTEM: z.string(),
  ACCESS: z.enum(['read', 'write']),
  /** Empty where nothing signs in. */
  SECRET_ARN: z.string(),
  /** Only of functions that keep books, or use them up. */
  LEDGER_TABLE: z.string().optional(),
  /** ARN of the secret, by system and access: `{"erp read":"arn"}`. */
  CREDENTIALS: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  ORIGINS: z.string().transform((text) => z.record(z.string(), z.url()).parse(JSON.parse(text))),
  /** Function that settles operations, by system. */
  RECOVER_FUNCTIONS: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
} as const;

type Parts = typeof parts;

/** The named variables of this function's environment; what the template forgot is named in the error. */
export function environmentOf<const Names extends readonly (keyof Parts)[]>(
  ...names: Names
): { readonly [K in Names[number]]: z.output<Parts[K]> } {
  const entries = names.map((name) => {
    const parsed = parts[name].safeParse(process.env[name]);
    if (!parsed.success) throw new Error(`environment variable ${name} is missing or wrong`);
    return [name, parsed.data];
  });
  return Object.fromEntries(entries);
}
