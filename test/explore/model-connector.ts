import * as z from 'zod';
import { type Connection, type Connector, defineConnector } from '../../lib/core/connector.ts';
import { type Comparison, defineContract } from '../../lib/core/contract.ts';
import { CountersignError, isCountersignError } from '../../lib/core/errors.ts';
import { toolEntry } from '../../lib/core/system.ts';
import { byReference, byState, type Call, implement, type WriteCall } from '../../lib/core/tool.ts';
import { exchangeOver } from '../../lib/protocols/exchange.ts';

const decimal = z.string().regex(/^\d{1,9}\.\d\d$/);
const documentRef = z.strictObject({ id: z.string(), number: z.string() });
const freshness = { asOf: z.string(), source: z.string(), lagMs: z.int(), version: z.string() };
const written = { document: documentRef, price: decimal, version: z.string(), deviations: z.array(z.unknown()) };

interface Priced {
  readonly item: string;
  readonly price: string;
}

const compared = (asked: Priced, actual: Priced): Comparison => ({
  ours: asked.item === actual.item,
  deviations: asked.price === actual.price ? [] : [{ path: '/price', requested: asked.price, actual: actual.price }],
  exceeds: Number(actual.price) > Number(asked.price),
});

/** Makes an order. */
export const createOrder = defineContract({
  name: 'create_order',
  effect: 'create',
  summary: 'Makes an order.',
  input: z.strictObject({ item: z.string().max(40), price: decimal, note: z.string().max(40).optional() }),
  output: z.strictObject({ ...written, item: z.string(), reference: z.string() }),
  errors: [],
  examples: [
    {
      input: { item: 'bolt', price: '1.00' },
      output: {
        ...{ document: { id: '1', number: '1' }, item: 'bolt', price: '1.00', version: '1', deviations: [] },
        reference: 'T',
      },
    },
  ],
  amountOf: ({ price }) => ({ amount: price, currency: 'EUR' }),
  compare: compared,
});

const [firstExample] = createOrder.examples;
const stricterExample = { ...firstExample, input: { item: 'bolt', price: '1.00', note: 'n' } };

/** Gives an order another price. */
export const changeOrder = defineContract({
  name: 'change_order',
  effect: 'update',
  summary: 'Gives an order another price.',
  input: z.strictObject({ document: z.string().max(40), price: decimal }),
  output: z.strictObject(written),
  errors: [],
  examples: [
    {
      input: { document: '1', price: '2.00' },
      output: { document: { id: '1', number: '1' }, price: '2.00', version: '2', deviations: [] },
    },
  ],
});

/** Reads an order. */
export const getOrder = defineContract({
  name: 'get_order',
  effect: 'read',
  summary: 'Reads an order.',
  input: z.strictObject({ document: z.string().max(40) }),
  output: z.strictObject({ item: z.string(), price: decimal, ...freshness }),
  errors: [],
  examples: [
    {
      input: { document: '1' },
      output: { item: 'bolt', price: '1.00', asOf: '2026-06-01T08:00:00.000Z', source: 'erp', lagMs: 0, version: '1' },
    },
  ],
});

const orderSchema = z.object({ id: z.string(), item: z.string(), price: z.string(), version: z.int() });
type Order = z.output<typeof orderSchema>;

interface Refusal {
  readonly status: number;
  readonly modifying: boolean;
  readonly retryAfter: string | null;
}

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`answered ${refusal.status}`);
    this.refusal = refusal;
  }
}

interface Asking extends Pick<Call, 'signal'> {
  readonly body?: object;
  /** The operation, for the ledger of whoever checks; the system itself knows only what is in its documents. */
  readonly for?: string;
  permit?(): Promise<void>;
}

/** What the tools speak to. */
export interface ModelClient {
  send(method: string, path: string, asking: Asking): Promise<unknown>;
}

/** The origin of the model system. */
export const modelOrigin = 'https://erp.example';

function modelClient({ origins, transport, secret }: Connection): ModelClient {
  const exchange = exchangeOver(transport);
  return {
    async send(method, path, { body, signal, permit, for: operation }) {
      const ask = async (fresh: boolean) =>
        exchange({
          ...{ method, url: `${origins['api']}${path}`, signal, ...(permit && { permit }) },
          headers: { authorization: String(await secret({ fresh })), ...(operation && { 'x-for': operation }) },
          ...(body && { body: JSON.stringify(body) }),
        });
      const first = await ask(false);
      const { status, headers, text } = first.status === 401 ? await ask(true) : first;
      if (status >= 300)
        throw new Refused({ status, modifying: permit !== undefined, retryAfter: headers.get('retry-after') });
      return answered(text, permit !== undefined);
    },
  };
}

function answered(text: string, modifying: boolean): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    const applied = modifying ? 'unknown' : 'no';
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'That is no JSON.', { cause, applied });
  }
}

const byStatus = { 401: 'AUTH_FAILED', 404: 'NOT_FOUND', 422: 'REFUSED_BY_SYSTEM', 423: 'DOCUMENT_LOCKED' } as const;

function mapError(error: unknown): CountersignError {
  if (isCountersignError(error)) return error;
  if (!(error instanceof Refused)) return new CountersignError('INTERNAL', 'failed', { cause: error });
  const { status, modifying, retryAfter } = error.refusal;
  const wait = Number(retryAfter) > 0 ? { retryAfter: Number(retryAfter) } : {};
  if (status === 429) return new CountersignError('SYSTEM_THROTTLED', 'slow down', { applied: 'no', ...wait });
  if (status === 503) return new CountersignError('SYSTEM_UNAVAILABLE', 'down', { applied: 'no', ...wait });
  const known = Object.entries(byStatus).find(([each]) => each === String(status));
  if (known) return new CountersignError(known[1], `answered ${status}`, { applied: 'no' });
  return modifying
    ? new CountersignError('OUTCOME_UNKNOWN', `answered ${status}`, { applied: 'unknown' })
    : new CountersignError('SYSTEM_UNAVAILABLE', `answered ${status}`, { applied: 'no' });
}

/** The order as the system keeps it; undefined where it has none of that id. */
async function orderOf(document: string, { client, signal }: Call<ModelClient>): Promise<Order | undefined> {
  try {
    return orderSchema.parse(await client.send('GET', `/orders/${document}`, { signal }));
  } catch (error) {
    if (error instanceof Refused && error.refusal.status === 404) return undefined;
    throw error;
  }
}

async function knownOrder(document: string, call: Call<ModelClient>): Promise<Order> {
  const order = await orderOf(document, call);
  if (!order) throw new CountersignError('NOT_FOUND', 'There is no such order.');
  return order;
}

const bodyOf = ({ id, price, version }: Order) => ({ document: { id, number: id }, price, version: String(version) });

const creating = {
  run: async (input: object, { client, signal, reference, permit }: WriteCall<ModelClient>): Promise<string> => {
    const body = { ...input, reference };
    const answer = await client.send('POST', '/orders', { body, signal, permit, for: reference });
    return z.object({ id: z.string() }).parse(answer).id;
  },
  read: async (document: string, _: unknown, call: Call<ModelClient>) => {
    const order = await orderOf(document, call);
    return order && { ...bodyOf(order), item: order.item };
  },
  lookup: byReference(
    async (_: unknown, { client, signal, reference }: Call<ModelClient> & { readonly reference: string }) =>
      z.array(z.string()).parse(await client.send('GET', `/orders?reference=${reference}`, { signal })),
  ),
};
const create = implement(createOrder, creating);

const change = implement(changeOrder, {
  state: orderSchema,
  documentOf: ({ document }) => document,
  read: ({ document }, call: Call<ModelClient>) => knownOrder(document, call),
  check: () => {},
  run: async ({ document, price }, { client, signal, permit, reference }: WriteCall<ModelClient>) =>
    void (await client.send('PATCH', `/orders/${document}`, { body: { price }, signal, permit, for: reference })),
  output: (_, { after }: { readonly before: Order; readonly after: Order }) => bodyOf(after),
  lookup: byState(({ price }, state: Order) => state.price === price),
});

const get = implement(getOrder, {
  run: async ({ document }, call: Call<ModelClient>) => {
    const { item, price, version } = await knownOrder(document, call);
    return { item, price, version: String(version) };
  },
});

/** The tools of the model system. */
export const modelTools = [
  toolEntry(createOrder, async () => ({ default: create })),
  toolEntry(changeOrder, async () => ({ default: change })),
  toolEntry(getOrder, async () => ({ default: get })),
] as const;

/** The create as a later version has it, with a field that earlier calls do not name. */
const stricterContract = defineContract({
  name: 'create_order',
  effect: 'create',
  summary: 'Makes an order.',
  input: createOrder.input.extend({ note: z.string() }),
  output: createOrder.output,
  errors: [],
  examples: [stricterExample],
  amountOf: ({ price }) => ({ amount: price, currency: 'EUR' }),
  compare: compared,
});
const stricterCreate = implement(stricterContract, {
  ...creating,
  // The system notes in its ledger where a call came through that this version does not take.
  run: (input, call: WriteCall<ModelClient>) => creating.run({ ...input, fits: typeof input.note === 'string' }, call),
});

/** What a deploy may have made of the tools. */
export const otherTools = {
  'without changes': [modelTools[0], modelTools[2]],
  'a stricter create': [
    { contract: stricterCreate.contract, load: async () => stricterCreate },
    modelTools[1],
    modelTools[2],
  ],
};

/** A kind of system as small as one can be that has creates, updates and reads. Its promise may be broken on purpose. */
export const modelConnector = ({ maxServerTime = 600_000, lookupLag = 5_000 } = {}): Connector =>
  defineConnector({
    ...{ kind: 'model', secret: z.string(), rotation: 'manual', reference: { field: 'reference', maxLength: 12 } },
    ...{ maxServerTime, lookupLag, limits: { perSecond: 5, concurrent: 8 } },
    canonicalId: (_, id) => id,
    connect: modelClient,
    mapError,
    check: async () => [],
    ping: async (client, signal) => void (await client.send('GET', '/ping', { signal })),
  });
