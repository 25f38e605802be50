import type { Answer } from '../../lib/core/operation/answer.ts';
import type { Operation } from '../../lib/core/operation/operation.ts';
import { operationIdOf } from '../../lib/core/operation/operation.ts';
import { memoryApprovals } from '../lib/core/approval/memory-approvals.ts';
import { configurationOf } from './configuration.ts';
import { fifoQueue } from './fifo-queue.ts';
import { account, type House, reconcileFunction, relayFunction, replayFunction, toolsFunction } from './house.ts';
import { modelConnector } from './model-connector.ts';
import { modelSystem } from './model-system.ts';
import type { Behaviour, Wire } from './model-transport.ts';
import { type Process, startProcess } from './process.ts';
import { seeded } from './random.ts';
import { sharedStores } from './stores.ts';
import { virtualClock } from './virtual-clock.ts';

/** One write that an agent asks for; it asks again with the same key until it is settled. */
export interface Intent {
  readonly id: string;
  readonly key: string;
  readonly tool: string;
  readonly body: string;
  readonly document?: string;
  answered: Answer[];
}

/** What an outage is like; times in ms. */
export interface Outage {
  readonly seed: number;
  readonly operations: number;
  readonly perSecond: number;
  readonly documents: number;
  readonly lasts: number;
  readonly readEvery: number;
  readonly limits: { readonly perSecond: number; readonly concurrent: number };
}

interface Read {
  readonly at: number;
  readonly took: number;
  readonly status: number;
}

const minute = 60_000;

/** Lets a company work while its system is down and after that, until everything is settled. */
export async function outage({ seed, operations, perSecond, documents, lasts, readEvery, limits }: Outage) {
  const random = seeded(seed);
  const clock = virtualClock();
  const system = modelSystem(clock);
  const stores = sharedStores(clock, { indexLag: () => 40 });
  const queue = fifoQueue(clock);
  const defects: unknown[] = [];
  const from = clock.now();
  const backAt = from + lasts;
  const isDown = () => clock.now() > from + 10_000 && clock.now() < backAt;

  const ills: readonly Behaviour[] = [
    ...Array.from({ length: 6 }, (): Behaviour => ({ kind: 'refuse connection' })),
    ...[{ kind: 'answer', status: 503 } as const, { kind: 'answer', status: 503, retryAfter: '20' } as const],
    ...[{ kind: 'hang' } as const, { kind: 'hang' } as const],
  ];
  const wire: Wire = {
    ...{ clock, system, latency: () => ({ there: 20 + random() * 10, back: 40 + random() * 40 }) },
    behave: () => (isDown() ? (ills[Math.floor(random() * ills.length)] ?? { kind: 'well' }) : { kind: 'well' }),
  };
  const house: House = {
    ...{ wire, stores, queue, limits, random, defect: (error: unknown) => void defects.push(error) },
    approvals: memoryApprovals().approvals,
    deployed: () => ({ connector, configuration }),
  };
  const connector = modelConnector();
  const configuration = configurationOf(connector);
  const wayTo = () => ({ there: 0, back: 0, end: 'well' as const });
  const spawn = (name: string): Process => startProcess(name, { clock, wayTo });

  for (let n = 0; n < documents; n++)
    system.serve('/orders', { method: 'POST', headers: { 'x-for': `before ${n}` }, body: orderBody(n) });
  const known = [...system.orders.keys()];
  system.ledger.length = 0;

  // One process serves one call at a time, and the next one when it is free.
  const idle: ReturnType<typeof toolsFunction>[] = [];
  let started = 0;
  const call = async (tool: string, body: string, keys: readonly string[]): Promise<Answer> => {
    const serve = idle.pop() ?? toolsFunction(house, spawn(`tools ${started++}`));
    const answer = await serve({ principal: { account, role: 'buyer' }, tool, keys, body, traceId: 't' });
    idle.push(serve);
    return answer;
  };

  const intents: Intent[] = Array.from({ length: operations }, (_, n) => {
    const key = `k${n}`;
    const price = `${Math.floor(n / 100) + 10}.${String(n % 100).padStart(2, '0')}`;
    if (random() < 0.7) return intent(key, 'create_order', { item: `item ${n}`, price });
    return intent(key, 'change_order', { document: known[Math.floor(random() * known.length)] ?? '', price });
  });
  const send = async (intent: Intent): Promise<void> => {
    intent.answered.push(await call(intent.tool, intent.body, [intent.key]));
  };
  const operationOf = ({ id }: Intent): Operation | undefined => stores.items.get(id);
  const open = new Set(intents.map(({ id }) => id));

  const images: Operation[] = [];
  const relayImage = relayFunction(house, spawn('relay'));
  const relayAll = async (): Promise<void> => {
    for (let image = images.shift(); image; image = images.shift()) await relayImage(image);
  };
  stores.follow((image) => {
    if (settled.has(image.state)) open.delete(image.id);
    images.push(image);
    if (images.length === 1) clock.at(clock.now() + 200, () => void relayAll());
  });

  const reads: Read[] = [];
  const work = { over: false };
  const every = (ms: number, run: () => Promise<unknown>): void =>
    clock.at(clock.now() + ms, () => {
      if (work.over) return;
      run().catch(house.defect);
      every(ms, run);
    });
  const read = async (): Promise<void> => {
    const at = clock.now();
    const document = known[Math.floor(random() * known.length)] ?? '';
    const { status } = await call('erp_get_order', JSON.stringify({ document }), []);
    reads.push({ at, took: clock.now() - at, status });
  };
  const retry = async (): Promise<void> => {
    if (clock.now() < backAt) return;
    for (const intent of intents) {
      const operation = operationOf(intent);
      if (operation?.state === 'not_applied' || operation?.state === 'unknown') await send(intent);
    }
  };
  every(minute, replayFunction(house, spawn('replay')));
  every(5 * minute, reconcileFunction(house, spawn('reconcile')));
  every(10 * minute, retry);
  every(readEvery, read);
  const watch = { drained: 0 };
  for (const [n, each] of intents.entries()) clock.at(from + 12_000 + (n * 1_000) / perSecond, () => void send(each));

  const conclusion = async (): Promise<void> => {
    while (open.size > 0) {
      await clock.sleep(1_000);
      if (clock.now() > backAt + 12 * 3_600_000) throw new Error(`${open.size} are not settled`);
    }
    watch.drained = clock.now();
    work.over = true;
    await clock.sleep(2 * minute);
  };
  await clock.live(conclusion);
  return {
    clock,
    system,
    stores,
    queue,
    defects,
    intents,
    operationOf,
    reads,
    backAt,
    drainedAt: watch.drained,
  };
}

const settled: ReadonlySet<Operation['state']> = new Set(['applied', 'dead', 'review']);

const intent = (
  key: string,
  name: string,
  input: { readonly price: string; readonly document?: string; readonly item?: string },
): Intent => {
  const tool = `erp_${name}`;
  const id = operationIdOf({ principal: `${account}/buyer`, tool, key });
  const { document } = input;
  return { id, key, tool, body: JSON.stringify(input), ...(document !== undefined && { document }), answered: [] };
};

const orderBody = (n: number): string => JSON.stringify({ item: `old ${n}`, price: '1.00', reference: `before ${n}` });
