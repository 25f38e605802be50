import * as z from 'zod';
import type { Connection } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import { withApiKey } from '../../lib/protocols/api-key.ts';
import { type Answer, exchangeOver } from '../../lib/protocols/exchange.ts';

/** The key of one access. */
export const secret = z.strictObject({ apiKey: z.string() });

const document = z.object({
  ...{ id: z.string(), version: z.int(), status: z.enum(['open', 'released']) },
  ...{ item: z.string(), pieces: z.int() },
});
/** As the system keeps it. */
export type Document = z.output<typeof document>;

/** Kinds of documents that the system keeps. */
export type Collection = 'reservations' | 'allocations' | 'orders';

interface Asking {
  readonly signal: AbortSignal;
}
interface Changing extends Asking {
  permit(): Promise<void>;
}

/** The system's own words. All throw `CountersignError`. */
export interface PlainErpClient {
  get(collection: Collection, id: string, call: Asking): Promise<Document>;
  referenced(collection: Collection, reference: string, call: Asking): Promise<string[]>;
  create(collection: Collection, body: object, call: Changing): Promise<string>;
  release(collection: Collection, id: string, call: Changing): Promise<void>;
}

/** Connects key and address; opens no socket. */
export function plainErpClient({
  origins: { api = '' },
  secret: credential,
  transport,
}: Connection<unknown, z.output<typeof secret>>): PlainErpClient {
  const exchange = withApiKey(exchangeOver(transport), {
    header: 'x-api-key',
    key: async (options) => (await credential(options)).apiKey,
  });
  const headers = { 'content-type': 'application/json' };
  const asked = async <S extends z.ZodType>(path: string, schema: S, { signal }: Asking): Promise<z.output<S>> =>
    bodyOf(await exchange({ url: `${api}/${path}`, method: 'GET', headers, signal }), schema);
  const changed = async (path: string, { signal, permit }: Changing, method: string, body?: object) => {
    const sent = { url: `${api}/${path}`, method, headers, signal, permit };
    return bodyOf(await exchange({ ...sent, ...(body && { body: JSON.stringify(body) }) }), document);
  };
  return {
    get: (collection, id, call) => asked(`${collection}/${id}`, document, call),
    referenced: async (collection, reference, call) =>
      (await asked(`${collection}?reference=${reference}`, z.array(document), call)).map(({ id }) => id),
    create: async (collection, body, call) => (await changed(collection, call, 'POST', body)).id,
    release: async (collection, id, call) => {
      await changed(`${collection}/${id}`, call, 'DELETE');
    },
  };
}

function bodyOf<S extends z.ZodType>({ status, text }: Answer, schema: S): z.output<S> {
  if (status === 404) throw new CountersignError('NOT_FOUND', 'There is no such document.');
  if (status === 422) throw new CountersignError('REFUSED_BY_SYSTEM', 'The system refused it.');
  if (status >= 300) throw new CountersignError('OUTCOME_UNKNOWN', `It answered ${status}.`, { applied: 'unknown' });
  return schema.parse(JSON.parse(text));
}
