import * as z from 'zod';
import { accountStatus, portalRole } from '../../contracts/portal/portal-account.ts';
import type { Connection } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import { withApiKey } from '../../lib/protocols/api-key.ts';
import { type Answer, exchangeOver } from '../../lib/protocols/exchange.ts';
import { PortalError } from './portal-error.ts';

/** The key of one access. */
export const secret = z.strictObject({ apiKey: z.string().min(1) });

const account = z.object({
  id: z.string(),
  version: z.int(),
  supplier: z.string(),
  name: z.string(),
  email: z.string(),
  role: portalRole,
  status: accountStatus,
  externalReference: z.string().nullable(),
  invitation: z.object({
    state: z.enum(['none', 'open', 'accepted', 'withdrawn']),
    sentAt: z.iso.datetime().nullable(),
  }),
  openConfirmations: z.int(),
  sessions: z.int(),
});
const announcement = z.object({
  id: z.string(),
  customer: z.string(),
  order: z.string(),
  deliveries: z.array(z.string()),
  shippedOn: z.iso.date(),
  sentAt: z.iso.datetime(),
  externalReference: z.string(),
});
const me = z.object({ name: z.string(), access: z.enum(['read', 'write']) });
const created = z.object({ id: z.string() });

/** An account, as the portal shows it. */
export type PortalAccount = z.output<typeof account>;
/** An announcement of a shipment, as the portal shows it. */
export type Announcement = z.output<typeof announcement>;

/** How long a request may take. */
export interface Asking {
  readonly signal: AbortSignal;
}

/** The same for one that modifies. */
export interface Changing extends Asking {
  permit(): Promise<void>;
}

/** The portal's own words. All throw `PortalError`, `AUTH_FAILED`, `SYSTEM_UNAVAILABLE`, `SYSTEM_ANSWER_INVALID`, and after a change `OUTCOME_UNKNOWN`. */
export interface PortalClient {
  me(call: Asking): Promise<z.output<typeof me>>;
  account(id: string, call: Asking): Promise<PortalAccount>;
  announcement(id: string, call: Asking): Promise<Announcement>;
  /** Ids of what carries a reference. */
  referenced(collection: 'accounts' | 'announcements', reference: string, call: Asking): Promise<readonly string[]>;
  /** Answers the id of what was made. */
  create(collection: 'accounts' | 'announcements', body: object, call: Changing): Promise<string>;
  disable(account: PortalAccountRef, reason: string, call: Changing): Promise<void>;
  invite(account: PortalAccountRef, call: Changing): Promise<void>;
}

/** An account in the version that was seen: the portal refuses to change another one. */
export type PortalAccountRef = Pick<PortalAccount, 'id' | 'version'>;

/** Connects key and address; opens no socket. */
export function portalClient({
  origins,
  secret: credential,
  transport,
  now,
}: Connection<unknown, z.output<typeof secret>>): PortalClient {
  const { api } = origins;
  if (!api) throw new CountersignError('INTERNAL', 'The origin api must be configured.');
  const exchange = withApiKey(exchangeOver(transport), {
    header: 'x-api-key',
    key: async (options) => (await credential(options)).apiKey,
  });
  const root = `${api.replace(/\/$/, '')}/portal/v1/`;
  const get = async <S extends z.ZodType>(path: string, schema: S, { signal }: Asking): Promise<z.output<S>> => {
    const answer = await exchange({ url: root + path, method: 'GET', headers: json, signal });
    return bodyOf(answer, schema, { modifying: false, now: now() });
  };
  const send = async ({ path, method, body, headers = {} }: ChangeRequest, { signal, permit }: Changing) => {
    const request = { url: root + path, method, headers: { ...json, ...typed, ...headers }, signal, permit };
    return exchange({ ...request, body: JSON.stringify(body) });
  };
  /** The portal confirms a change by 204 and nothing else. */
  const change = async (request: ChangeRequest, call: Changing): Promise<void> => {
    const answer = await send(request, call);
    if (answer.status !== 204) bodyOf(answer, z.never(), { modifying: true, now: now() });
  };
  return {
    me: (call) => get('me', me, call),
    account: (id, call) => get(`accounts/${encodeURIComponent(id)}`, account, call),
    announcement: (id, call) => get(`announcements/${encodeURIComponent(id)}`, announcement, call),
    referenced: async (collection, reference, call) => {
      const path = `${collection}?externalReference=${encodeURIComponent(reference)}`;
      return (await get(path, z.object({ items: z.array(created) }), call)).items.map(({ id }) => id);
    },
    create: async (path, body, call) => {
      const answer = await send({ path, method: 'POST', body }, call);
      return bodyOf(answer, created, { modifying: true, now: now() }).id;
    },
    disable: async ({ id, version }, reason, call) => {
      const path = `accounts/${encodeURIComponent(id)}`;
      const body = { status: 'disabled', reason };
      await change({ path, method: 'PATCH', body, headers: { 'if-match': `"${version}"` } }, call);
    },
    invite: async ({ id, version }, call) => {
      const path = `accounts/${encodeURIComponent(id)}/invitation`;
      await change({ path, method: 'POST', body: {}, headers: { 'if-match': `"${version}"` } }, call);
    },
  };
}

const json = { accept: 'application/json' };
const typed = { 'content-type': 'application/json' };

interface ChangeRequest {
  readonly path: string;
  readonly method: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What cannot be read says nothing: after a change, not even whether there was one. */
function bodyOf<S extends z.ZodType>(
  answer: Answer,
  schema: S,
  { modifying, now }: { readonly modifying: boolean; readonly now: number },
): z.output<S> {
  if (answer.status < 200 || answer.status > 299) throw new PortalError(answer, { modifying, now });
  try {
    return schema.parse(JSON.parse(answer.text));
  } catch (cause) {
    const detail = `The portal answered ${answer.status} with something that cannot be understood.`;
    throw modifying
      ? new CountersignError('OUTCOME_UNKNOWN', detail, { cause, applied: 'unknown' })
      : new CountersignError('SYSTEM_ANSWER_INVALID', detail, { cause });
  }
}
