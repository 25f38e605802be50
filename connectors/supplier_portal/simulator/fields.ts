import * as z from 'zod';
import type { Incoming } from '../../../lib/simulation/server.ts';
import { Refusal } from './refusal.ts';

const reference = z.string().regex(/^[A-Z0-9]{1,20}$/);
const partner = z.string().regex(/^\d{1,10}$/);
const words = (most: number) => z.string().min(1).max(most);

/** What can be sent, field by field; there are no others. */
export const bodies = {
  account: z.strictObject({
    supplier: partner,
    name: words(80),
    email: z.email().max(241),
    role: z.enum(['orders', 'invoices', 'administrator']),
    /** Whether the invitation goes out at once. */
    invite: z.boolean(),
    externalReference: reference.optional(),
  }),
  disable: z.strictObject({ status: z.literal('disabled'), reason: words(200) }),
  invitation: z.strictObject({}),
  announcement: z.strictObject({
    customer: partner,
    order: words(10),
    deliveries: z.array(words(10)).min(1).max(50),
    shippedOn: z.iso.date(),
    carrier: words(60).optional(),
    trackingNumber: words(40).optional(),
    externalReference: reference,
  }),
};

/** The body of a request, as its fields say. Throws 400, 415 and 422. */
export function bodyOf<S extends z.ZodType>({ headers, body }: Incoming, schema: S): z.output<S> {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    throw new Refusal(415, 'MEDIA_TYPE', 'Send application/json.');
  const parsed = schema.safeParse(jsonOf(body));
  const issue = parsed.error?.issues[0];
  if (!issue) return parsed.data as z.output<S>;
  const field = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.');
  const code = { unrecognized_keys: 'FIELD_UNKNOWN', too_big: 'FIELD_TOO_LONG' }[String(issue.code)] ?? 'FIELD_INVALID';
  throw new Refusal(422, code, `${field}: ${issue.message}`);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'NOT_JSON', 'The body is not JSON.');
  }
}

/** The directory of partners: numbers that begin with 99 belong to nobody. */
export const isPartner = (number: string): boolean => !number.startsWith('99');
