import type { Approval } from '../../lib/core/approval/approval.ts';
import { roundId } from '../../lib/core/approval/carry-out.ts';
import { redrive } from '../../lib/core/operation/dead.ts';
import type { Operation } from '../../lib/core/operation/operation.ts';
import type { Limits } from '../../lib/core/resilience/limits.ts';
import { memoryApprovals, roundOf } from '../lib/core/approval/memory-approvals.ts';
import { configurationOf } from './configuration.ts';
import { fates } from './fates.ts';
import { fifoQueue } from './fifo-queue.ts';
import {
  account,
  approvedFunction,
  type House,
  reconcileFunction,
  relayFunction,
  replayFunction,
  toolsFunction,
} from './house.ts';
import { modelConnector, otherTools } from './model-connector.ts';
import { modelSystem } from './model-system.ts';
import { type Process, startProcess, WayLost } from './process.ts';
import { seeded } from './random.ts';
import type { Act, Schedule } from './schedule.ts';
import { type StoreRules, sharedStores } from './stores.ts';
import { virtualClock } from './virtual-clock.ts';

/** One answer, and what was true when it was given. */
export interface Told {
  readonly intent: string;
  readonly reference: string | undefined;
  readonly status: number;
  readonly body: string;
  readonly effects: number;
  readonly underway: number;
}

/** A person said yes to this content. */
interface Said {
  readonly operationId: string;
  readonly digest: string;
  readonly at: number;
}

/** Rules that a test breaks on purpose, to see that it is noticed. */
export interface Broken extends StoreRules {
  /** What the operations believe of the system's longest server time, in ms. */
  readonly promised?: number;
  /** Whoever wakes the machine has approved. */
  readonly wakingApproves?: boolean;
  /** What the meter believes the system allows. */
  readonly perSecond?: number;
}

const maxServerTime = 600_000;
/** What the model system allows. */
export const limits: Limits = { perSecond: 5, concurrent: 3 };
const quarter = 900_000;

/** Lets everything happen that a schedule says, then lets everything come back; answers what there is to check. */
export async function explore(
  schedule: Schedule,
  { promised = maxServerTime, perSecond = 5, wakingApproves = false, ...rules }: Broken = {},
) {
  const clock = virtualClock();
  const random = seeded(schedule.pace);
  const trace: string[] = [];
  const note = (what: string): void => void trace.push(`${((clock.now() - from) / 1_000).toFixed(1)}s ${what}`);
  const from = clock.now();
  const system = modelSystem(clock);
  const stores = sharedStores(clock, { indexLag: () => (schedule.pace === 0 ? 20 : random() * 80), rules });
  const queue = fifoQueue(clock);
  const fate = fates(schedule, { clock, random, note });
  const defects: string[] = [];
  const told: Told[] = [];
  const living = new Set<Process>();
  const connector = modelConnector({ maxServerTime: promised });
  let deployed = { connector, configuration: configurationOf(connector) };
  const defect = (error: unknown): void => {
    if (!(error instanceof WayLost) && !isStoreDown(error)) defects.push(String(error));
  };
  const people = memoryApprovals();
  const said: Said[] = [];
  const approving = async (id: string): Promise<Approval> => {
    const operation = [...stores.items.values()].find((each) => roundId(each) === id);
    return roundOf({ id, status: 'approved', ...(operation && { digest: operation.digest }) });
  };
  const house: House = {
    wire: { clock, system, behave: fate.behave, latency: fate.latency },
    approvals: wakingApproves ? { ...people.approvals, get: approving } : people.approvals,
    ...{ stores, queue, random, defect, limits: { ...limits, perSecond } },
    deployed: () => deployed,
  };
  let started = 0;
  const spawn = (kind: string): Process => {
    const name = `${kind}${started++}`;
    const process: Process = startProcess(name, {
      ...{ clock, wayTo: fate.wayTo },
      onDeath: () => {
        living.delete(process);
        note(`${name} dies`);
      },
    });
    living.add(process);
    return process;
  };
  const ended = (process: Process): void => void living.delete(process);

  for (const n of [0, 1]) system.serve('/orders', { method: 'POST', headers: { 'x-for': `old ${n}` }, body: old(n) });
  const documents = [...system.orders.keys()];
  system.ledger.length = 0;

  const intents = new Map<string, Extract<Act, { do: 'create' | 'change' }>>();
  const call = async (act: Extract<Act, { do: 'create' | 'change' }>): Promise<void> => {
    const { key, by, about, host } = act;
    const process = spawn('tools');
    const role = by === 0 ? 'buyer' : 'planner';
    const input =
      act.do === 'create'
        ? { item: `item ${about}`, price: `${(act.big ? 5_000 : 10) + key}.00` }
        : { document: documents[about], price: `${50 + 10 * key + by}.00` };
    const intent = `${act.do} ${role} k${key} ${about}${act.big && act.do === 'create' ? ' big' : ''}`;
    intents.set(intent, act);
    note(`${process.name}: ${intent}`);
    const tool = `erp_${act.do}_order`;
    const body = JSON.stringify(input);
    const answer = await toolsFunction(
      house,
      process,
      host,
    )({
      ...{ principal: { account, role }, tool, keys: [`k${key}`], body, traceId: 't' },
    });
    const { location } = answer.headers;
    const operation = stores.items.get(location?.split('/').at(-1) ?? '');
    const reference = operation?.reference ?? '';
    note(`${process.name}: ${answer.status} ${operation?.state ?? ''} ${operation?.reason ?? ''}`);
    told.push({
      ...{ intent, reference: operation?.reference, status: answer.status, body: answer.body },
      effects: system.ledger.filter((effect) => effect.reference === reference).length,
      underway: system.underway(reference),
    });
    ended(process);
  };
  const plain = async (tool: string, body: string): Promise<void> => {
    const process = spawn('tools');
    const principal = { account, role: 'buyer' };
    const answer = await toolsFunction(house, process)({ principal, tool, keys: ['plain'], body, traceId: 't' });
    told.push({ intent: tool, reference: undefined, ...answer, effects: 0, underway: 0 });
    ended(process);
  };
  const run = async (kind: string, work: (process: Process) => Promise<unknown>): Promise<void> => {
    const process = spawn(kind);
    note(`${process.name} begins`);
    await work(process).catch(defect);
    ended(process);
  };
  const replayed = () => run('replay', (process) => replayFunction(house, process)());
  const reconciled = () => run('reconcile', (process) => reconcileFunction(house, process)());
  const redriven = () =>
    run('redrive', async (process) => {
      const { operations } = stores.portsFor(process);
      for (const each of stores.items.values())
        if (each.state === 'dead') await redrive(operations, each, { by: 'operator', why: 'test' });
    });

  const woken = () =>
    run('machine', async (process) => {
      const step = approvedFunction(house, process);
      for (const each of [...stores.items.values()]) if (each.approval) await step(each.id).catch(defect);
    });
  const decided = async (yes: boolean): Promise<void> => {
    for (const each of [...stores.items.values()]) {
      if (each.state !== 'awaiting_approval' || people.items.has(roundId(each))) continue;
      const { id: operationId, digest } = each;
      const times = { createdAt: clock.now(), expiresAt: clock.now() + 72 * 3_600_000 };
      people.items.set(
        roundId(each),
        roundOf({ ...times, id: roundId(each), operationId, digest, status: yes ? 'approved' : 'refused' }),
      );
      if (yes) said.push({ operationId, digest, at: clock.now() });
    }
    await woken();
  };

  /** The relay: in order, again until it works, and again where the stream says it twice. */
  const records: Operation[] = [];
  let isRelaying = false;
  const relayed = async (): Promise<void> => {
    if (isRelaying) return;
    isRelaying = true;
    for (let process = spawn('relay'); records.length > 0; ) {
      const [record] = records;
      if (process.isDead()) process = spawn('relay');
      const outcome = record && relayFunction(house, process)(record);
      // A process that has died never answers; the stream gives the record to the next one.
      const done = await Promise.race([
        outcome?.then(
          () => true,
          () => false,
        ),
        clock.sleep(60_000).then(() => false),
      ]);
      if (done && records[0] === record) records.shift();
      else if (!done) await clock.sleep(1_000);
    }
    isRelaying = false;
  };
  const relaySoon = (): void => clock.at(clock.now() + 150, () => void relayed().catch(defect));
  const seen = new Map<string, { readonly born: number; queued?: number }>();
  stores.follow((image) => {
    const { id, state } = image;
    const times = seen.get(id) ?? { born: clock.now() };
    seen.set(id, state === 'queued' ? { queued: clock.now(), ...times } : times);
    note(
      `${image.reference.slice(1, 5)} v${image.version} ${image.state} ${image.reason ?? ''} attempts ${image.attempts}`,
    );
    records.push(image);
    relaySoon();
  });
  const repaired = () =>
    run('repair', async (process) => {
      const relay = relayFunction(house, process);
      for (const item of [...stores.items.values()]) if (item.events.length > 0) await relay(item);
    });

  const deploys = [
    { organisation: { group: '2' } },
    { tools: otherTools['without changes'] },
    { tools: otherTools['a stricter create'] },
    {},
  ];
  const pause = (pause: { all: boolean } | undefined): void => {
    const { pause: _, ...state } = stores.meter.state;
    const paused = pause && { by: 'operator', reason: 'stock count', at: clock.now(), ...pause };
    stores.meter.state = { ...state, gate: state.gate + 1, ...(paused && { pause: paused }) };
  };
  const act = (what: Act): void => {
    if (what.do === 'create' || what.do === 'change') return void call(what).catch(defect);
    if (what.do === 'again') {
      const known = [...intents.values()];
      const repeated = known[what.which % Math.max(1, known.length)];
      return void (repeated && call(repeated).catch(defect));
    }
    note(JSON.stringify(what));
    if (what.do === 'bad input') void plain('erp_create_order', '{"item":1,"price":"1e3"}').catch(defect);
    else if (what.do === 'read') void plain('erp_get_order', JSON.stringify({ document: documents[0] })).catch(defect);
    else if (what.do === 'replay') void replayed();
    else if (what.do === 'replay twice') {
      queue.double(true);
      void replayed();
      void replayed();
    } else if (what.do === 'reconcile') void reconciled();
    else if (what.do === 'repair') void repaired();
    else if (what.do === 'decide') void decided(what.yes);
    else if (what.do === 'wake') void woken();
    else if (what.do === 'redrive') void redriven();
    else if (what.do === 'back') {
      fate.up();
      queue.double(false);
      pause(undefined);
    } else if (what.do === 'down') fate.down(what.how);
    else if (what.do === 'pause') pause({ all: what.all });
    else if (what.do === 'redeliver turns') queue.redeliver();
    else if (what.do === 'double turns') queue.double(true);
    else if (what.do === 'lose turns') queue.lose();
    else if (what.do === 'lose records') records.splice(1);
    else if (what.do === 'repeat records') {
      records.push(...stores.items.values());
      relaySoon();
    } else if (what.do === 'kill') [...living][what.which % Math.max(1, living.size)]?.die();
    else if (what.do === 'deploy')
      deployed = { connector, configuration: configurationOf(connector, deploys[what.how % deploys.length]) };
    else if (what.do === 'meddle') system.meddle(documents[what.how % 2] ?? '', `${50 + 10 * what.how}.00`);
  };

  const conclude = async (): Promise<void> => {
    fate.end();
    queue.double(false);
    pause(undefined);
    for (const process of living) process.die();
    note('everything comes back');
    // What a clock that was an hour ahead has dated is as old as it says only then.
    await clock.sleep(4 * quarter);
    for (let round = 0; round < 5; round++) {
      await clock.sleep(quarter);
      for (const intent of [...intents.values()]) await call({ ...intent, host: 0 }).catch(defect);
      await repaired();
      await reconciled();
      await woken();
      await replayed();
      if ([...stores.items.values()].every(isResting)) break;
    }
    await clock.sleep(25 * 3_600_000);
    await reconciled();
    await clock.sleep(1_000);
    await repaired();
  };
  const life = async (): Promise<void> => {
    for (const each of schedule.steps) {
      await clock.sleep(each.after);
      act(each);
    }
    await clock.sleep(2_000);
    await conclude();
  };
  await clock.live(life);
  const isOnTime = schedule.steps.every((each) => !('host' in each) || each.host === 0);
  return { system, stores, told, defects, trace, documents, seen, said, isOnTime };
}

/** What an exploration came to. */
export type Explored = Awaited<ReturnType<typeof explore>>;

const resting: ReadonlySet<Operation['state']> = new Set(['applied', 'review', 'dead', 'not_applied']);
const isResting = ({ state, events }: Operation): boolean => resting.has(state) && events.length === 0;
const isStoreDown = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'STORE_UNAVAILABLE';
const old = (n: number): string => JSON.stringify({ item: `old ${n}`, price: '1.00', reference: `old ${n}` });
