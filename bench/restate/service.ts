/**
 * The same saga as Restate's documentation recommends it: each call of the ERP is a journaled step, what undoes it goes onto
 * a list once it is done, and a terminal error undoes the list backwards. Argument: the address of the ERP. Prints where it is.
 */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Context, createEndpointHandler, service, TerminalError } from '@restatedev/restate-sdk';
import * as z from 'zod';

const [erp = ''] = process.argv.slice(2);
const document = z.object({ id: z.string(), status: z.string() });
type Document = z.output<typeof document>;
interface Wanted {
  readonly item: string;
  readonly pieces: number;
}

/** What is refused stays refused; whatever else goes wrong is tried again. */
async function send(method: string, path: string, body?: object): Promise<Document> {
  const headers = { 'content-type': 'application/json', 'x-api-key': 'bench' };
  const response = await fetch(`${erp}/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (response.status === 422) throw new TerminalError('The system refused it.', { errorCode: 422 });
  if (!response.ok) throw new Error(`The system answered ${response.status}.`);
  return document.parse(JSON.parse(text));
}

interface Calls {
  take(collection: string, wanted: Wanted): Promise<Document>;
  release(collection: string, id: string): Promise<unknown>;
}

const plain: Calls = {
  take: (collection, wanted) => send('POST', collection, wanted),
  release: (collection, id) => send('DELETE', `${collection}/${id}`),
};

const read = async (collection: string, id: string, expected?: string): Promise<Document> => {
  const found = await send('GET', `${collection}/${id}`);
  if (expected !== undefined && found.status !== expected) throw new Error(`${id} is ${found.status}`);
  return found;
};

/** With the reads that Countersign makes: what is created is read back, what is released is read before and after. */
const checked: Calls = {
  take: async (collection, wanted) => read(collection, (await plain.take(collection, wanted)).id, 'open'),
  release: async (collection, id) => {
    const { status } = await read(collection, id);
    if (status === 'released') return;
    await plain.release(collection, id);
    await read(collection, id, 'released');
  },
};

const saga = (erpCalls: Calls) => async (context: Context, wanted: Wanted) => {
  const compensations: (() => PromiseLike<unknown>)[] = [];
  const take = async (name: string, collection: string): Promise<Document> => {
    const { id, status } = await context.run(name, () => erpCalls.take(collection, wanted));
    compensations.push(() => context.run(`Undo_${name}`, () => erpCalls.release(collection, id)));
    return { id, status };
  };
  try {
    await take('Reserve', 'reservations');
    await take('Allocate', 'allocations');
    return await context.run('Place_order', () => erpCalls.take('orders', wanted));
  } catch (error) {
    if (error instanceof TerminalError) for (const undo of compensations.toReversed()) await undo();
    throw error;
  }
};

const handlers = { plain: saga(plain), checked: saga(checked) };
// What fails is what is measured: not worth a line each.
const logger = () => undefined;
const server = createServer(createEndpointHandler({ services: [service({ name: 'failing_saga', handlers })], logger }));
server.listen(0, '127.0.0.1', () => {
  const { port }: Partial<AddressInfo> = Object(server.address());
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
process.once('SIGTERM', () => process.exit(0));
