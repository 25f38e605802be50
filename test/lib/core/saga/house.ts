import * as z from 'zod';
import type { Configuration } from '../../../../lib/core/config.ts';
import { defineContract } from '../../../../lib/core/contract.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import type { JournalEntry } from '../../../../lib/core/journal.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { again, recover } from '../../../../lib/core/operation/recover.ts';
import { replay } from '../../../../lib/core/operation/replay.ts';
import { bindWrite } from '../../../../lib/core/operation/write.ts';
import { callTool, type Once } from '../../../../lib/core/pipeline.ts';
import { compile } from '../../../../lib/core/saga/compile.ts';
import { bindingOf, sagaEntries } from '../../../../lib/core/saga/deployed.ts';
import { begin, commit, end, refuse, test } from '../../../../lib/core/saga/finish.ts';
import { park, tokenToGiveBack } from '../../../../lib/core/saga/park.ts';
import { sagaOf, stepsOf } from '../../../../lib/core/saga/progress.ts';
import { runStep } from '../../../../lib/core/saga/run-step.ts';
import { callsOf, type Saga } from '../../../../lib/core/saga/saga.ts';
import { startSaga } from '../../../../lib/core/saga/start.ts';
import { type Undoing, undoStep } from '../../../../lib/core/saga/undo-step.ts';
import { catalogueOf, toolEntry } from '../../../../lib/core/system.ts';
import { byReference, byState, implement, isRead, type WriteCall } from '../../../../lib/core/tool.ts';
import {
  type Answer,
  type InMemoryMachine,
  type InMemoryRun,
  inMemoryMachine,
} from '../../../../local/services/stepfunctions/in-memory.ts';
import { connector } from '../model-connector.ts';
import { memoryOperations } from '../operation/memory-operations.ts';
import { memoryContents } from '../policy/memory-contents.ts';
import { memoryTotals } from '../policy/memory-totals.ts';
import { openMeter } from '../resilience/memory-meter.ts';

/**
 * What becomes of one request at the shop: it is carried out; refused for good, or because it is too early, or somebody is at work there; the
 * shop is closed; it is carried out and the answer is lost; or it is lost on its way.
 */
export type Fate = 'ok' | 'refused' | 'early' | 'locked' | 'down' | 'lost' | 'dropped';

const document = z.strictObject({ id: z.string(), number: z.string() });
const written = z.strictObject({
  document,
  status: z.string(),
  version: z.string(),
  deviations: z.array(z.unknown()),
  reference: z.string().optional(),
});
const outputExample = { document: { id: '1', number: '1' }, status: 'released', version: 'v', deviations: [] };
const ours = () => ({ ours: true, deviations: [], exceeds: false });

/** Gives back what was taken. */
const giveContract = (thing: string) =>
  defineContract({
    name: `give_${thing}`,
    effect: 'update',
    summary: `Gives ${thing} back.`,
    input: z.strictObject({ id: z.string(), on: z.iso.date() }),
    output: written,
    errors: [],
    examples: [{ input: { id: '1', on: '2026-06-01' }, output: outputExample }],
  });

/** Takes something that can be given back. */
const takeContract = (thing: string) =>
  defineContract({
    name: `take_${thing}`,
    effect: 'create',
    summary: `Takes ${thing}.`,
    input: z.strictObject({ for: z.string() }),
    output: written,
    errors: [],
    examples: [{ input: { for: 'a' }, output: outputExample }],
    amountOf: () => ({ amount: '10', currency: 'EUR' }),
    compare: ours,
    undoneBy: { contract: giveContract(thing), inputFor: ({ output, today: on }) => ({ id: output.document.id, on }) },
  });

/** Sends something that cannot be called back. */
const sendContract = (thing: string, said: { readonly irreversible?: true }) =>
  defineContract({
    name: `send_${thing}`,
    effect: 'create',
    summary: `Sends ${thing}.`,
    input: z.strictObject({ for: z.string() }),
    output: written,
    errors: [],
    examples: [{ input: { for: 'a' }, output: outputExample }],
    compare: ours,
    ...said,
  });

/** Reads something. */
export const look = defineContract({
  name: 'look',
  effect: 'read',
  summary: 'Looks.',
  input: z.strictObject({ at: z.string() }),
  output: z.strictObject({
    blocks: z.array(z.string()),
    amount: z.string(),
    asOf: z.string(),
    source: z.string(),
    lagMs: z.int(),
    version: z.string(),
  }),
  errors: [],
  examples: [
    { input: { at: 'a' }, output: { blocks: [], amount: '1', asOf: '', source: 'shop', lagMs: 0, version: 'v' } },
  ],
});

/** What can be taken and given back. */
export const [takeA, takeB, takeC] = [takeContract('a'), takeContract('b'), takeContract('c')];
/** What nothing undoes, and nothing has to. */
export const sendMail = sendContract('mail', { irreversible: true });
/** What nothing undoes either, though it says nothing about that: a saga has to. */
export const sendGoods = sendContract('goods', {});

/** Something that was taken, or sent. */
interface Thing {
  readonly what: string;
  readonly reference: string;
  readonly id: string;
  given: boolean;
}

/** A shop that keeps a ledger, and does to each request what was decided for it. */
function openShop(fateOf: (contract: string) => Fate) {
  const things: Thing[] = [];
  /** Every effect, in order: `take_a`, `give_a`. */
  const ledger: string[] = [];
  const shown = { blocks: [] as string[], amount: '1' };
  const meet = async (contract: string, { permit }: Pick<WriteCall, 'permit'>, effect: () => void): Promise<void> => {
    const fate = fateOf(contract);
    if (fate === 'down') throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed', { applied: 'no' });
    await permit();
    if (fate === 'refused') throw new CountersignError('REFUSED_BY_SYSTEM', `${contract} is refused`);
    if (fate === 'early') throw new CountersignError('NOT_PICKED', `it is too early for ${contract}`);
    if (fate === 'locked') throw new CountersignError('DOCUMENT_LOCKED', 'somebody is at work');
    if (fate !== 'dropped') effect();
    if (fate !== 'ok') throw new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' });
  };
  const bodyOf = ({ id, given }: Thing) => ({
    ...{ document: { id, number: id }, status: given ? 'cancelled' : 'released', version: given ? '2' : '1' },
  });
  const creates = (contract: ReturnType<typeof sendContract>) =>
    toolEntry(contract, async () => ({
      default: implement(contract, {
        run: async (_, call) => {
          const id = String(things.length + 1);
          await meet(contract.name, call, () => {
            things.push({ what: contract.name, reference: call.reference, id, given: false });
            ledger.push(contract.name);
          });
          return id;
        },
        read: async (id) => {
          const thing = things.find((each) => each.id === id);
          return thing && bodyOf(thing);
        },
        lookup: byReference(async (_, { reference }) =>
          things.filter((each) => each.what === contract.name && each.reference === reference).map(({ id }) => id),
        ),
      }),
    }));
  const gives = (contract: ReturnType<typeof giveContract>) =>
    toolEntry(contract, async () => ({
      default: implement(contract, {
        state: z.object({ given: z.boolean() }),
        documentOf: ({ id }) => id,
        read: async ({ id }) => ({ given: thingOf(id).given }),
        check: () => undefined,
        run: async ({ id }, call) =>
          meet(contract.name, call, () => {
            thingOf(id).given = true;
            ledger.push(contract.name);
          }),
        output: ({ id }) => ({ ...bodyOf(thingOf(id)), deviations: [] }),
        lookup: byState((_, { given }) => given),
      }),
    }));
  const thingOf = (id: string): Thing => {
    const found = things.find((each) => each.id === id);
    if (!found) throw new CountersignError('NOT_FOUND', `there is no ${id}`);
    return found;
  };
  const looks = toolEntry(look, async () => ({
    default: implement(look, {
      run: async () => {
        const fate = fateOf(look.name);
        if (fate === 'ok') return { ...shown };
        if (fate === 'refused') throw new CountersignError('NOT_FOUND', 'nothing there');
        throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed', { applied: 'no' });
      },
    }),
  }));
  const pairs = [takeA, takeB, takeC].flatMap((take) => [
    creates(take as never),
    gives(take.undoneBy?.contract as ReturnType<typeof giveContract>),
  ]);
  return { things, ledger, shown, tools: [looks, ...pairs, creates(sendMail), creates(sendGoods)] };
}

const gone: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut']);

/** What decides a run. */
export interface HouseOptions {
  /** What becomes of the next request of a contract; all is well unless told. */
  readonly fateOf?: (contract: string) => Fate;
  /** What people say to a step that waits for them, if they say anything; yes unless told. */
  readonly approves?: (operation: Operation) => boolean | undefined;
  /** Steps that people have to approve. */
  readonly asking?: readonly string[];
  /** Whether a function dies after it has done its work, before it answers. */
  readonly dies?: () => boolean;
  /** Whether a function fails before it has done anything. */
  readonly fails?: (event: { readonly do: string; readonly step?: string }) => boolean;
  /** The compiled machine, where it is used for many runs. */
  readonly machine?: InMemoryMachine;
}

/** A saga, compiled once. */
export const machineOf = (saga: Saga): InMemoryMachine =>
  inMemoryMachine(JSON.stringify(compile(saga, bindingOf({ saga }, { systems: systemsWith(openShop(() => 'ok')) }))));

const systemsWith = ({ tools }: ReturnType<typeof openShop>): Configuration['systems'] => ({
  shop: {
    kind: 'shop',
    isaLevel: 4,
    origins: {},
    settings: {},
    organisation: { default: {} },
    tools,
    load: async () => connector,
  },
});

/** A whole house in memory: the compiled machine of a saga on the local engine, the functions that it calls, a store, a relay and a shop. */
export function sagaHouse(saga: Saga, options: HouseOptions = {}) {
  const { fateOf = () => 'ok', approves = () => true, asking = [], dies = () => false, fails } = options;
  const shop = openShop(fateOf);
  const { operations, state, items, firstOf } = memoryOperations();
  const systems = systemsWith(shop);
  const mayAsk = callsOf(saga.steps).filter(({ approval }) => approval);
  const steps = Object.fromEntries(
    [...new Set([...mayAsk.map(({ name }) => name), ...asking])].map((step) => {
      // Each thing costs 10: nobody is asked about what is below a million.
      const above = asking.includes(step) ? '0' : '1000000';
      return [step, { approval: [{ above, need: 1, of: ['anna'], within: 72 }] }];
    }),
  );
  const configuration: Configuration = {
    ...{ timeZone: 'UTC', possibleDuplicates: { withinHours: 0 }, operators: {}, systems, sagas: [saga] },
    agents: { buyer: { role: 'role/buyer', grants: {}, sagas: { [saga.name]: { level: 'auto', steps } } } },
    approvers: { anna: { name: 'Anna', email: 'anna@example.com' } },
    approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
  };
  const journal: JournalEntry[] = [];
  const catalogue = new Map(catalogueOf(systems).map((entry) => [entry.id, entry]));
  const ground = async () => ({ connector, client: undefined, meter: openMeter(), patience: 15_000 });
  const once: Once = async (draft, write, held) => {
    const { won, operation } = await operations.open(draft);
    const outcome = await held;
    if (won && outcome) return { operation: await settle(operations, { operation, outcome }), replayed: false };
    if (won)
      return { operation: await settle(operations, await attempt(operations, write, operation)), replayed: false };
    if (operation.digest !== draft.digest) throw new CountersignError('IDEMPOTENCY_KEY_REUSED', 'other content');
    const resend = draft.approval === undefined || operation.approval !== undefined;
    return { operation: await recover(operations, write, operation, { resend }), replayed: true };
  };
  const runtime = {
    ...{ stage: 'test', account: '111122223333', configuration, catalogue, ground, operations, once },
    ...{ isBusy: async () => false, totals: memoryTotals().totals, contents: memoryContents() },
    journal: { append: async (entry: JournalEntry) => void journal.push(entry) },
  };
  let days = 1;
  const on: Undoing = {
    operations,
    call: (call) => callTool(call, runtime),
    entryOf: (tool) => catalogue.get(tool),
    async write({ tool: id }) {
      const tool = await catalogue.get(id)?.load();
      if (!tool || isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `there is no ${id}`);
      return bindWrite(tool, await ground());
    },
    // Each time that somebody asks it is another day.
    today: () => new Date(Date.UTC(2026, 5, days++)).toISOString().slice(0, 10),
  };

  const compiled = options.machine ?? machineOf(saga);
  let run: InMemoryRun | undefined;
  const wake = async (token: string): Promise<void> => {
    try {
      run?.sendTaskSuccess(token, {});
    } catch (error) {
      // The execution waits for it no longer.
      if (!(error instanceof Error && 'code' in error) || !gone.has(String(error.code))) throw error;
    }
  };
  // biome-ignore lint/suspicious/noExplicitAny: the event is what the machine makes of it
  const turn = async (event: any): Promise<unknown> => {
    switch (event.do) {
      case 'step':
        return runStep(event, on);
      case 'undo':
        return undoStep(event, on);
      case 'await':
        return park(event, { operations, wake });
      case 'begin':
        return begin(event, operations);
      case 'test':
        return test(event, operations);
      case 'refuse':
        return refuse(event, operations);
      case 'commit':
        return commit(event, operations);
      default:
        return end(event, operations);
    }
  };
  const call = async (_name: string, event: unknown): Promise<Answer> => {
    state.now = Math.max(state.now, run?.now() ?? 0);
    if (fails?.(event as { do: string })) return { error: 'Lambda.Unknown', cause: 'died' };
    try {
      const payload = (await turn(event)) ?? {};
      return dies() ? { error: 'Lambda.Unknown', cause: 'died' } : { payload };
    } catch (error) {
      return { error: error instanceof Error ? error.name : 'Error', cause: String(error) };
    }
  };

  /** What others do meanwhile: the backlog is worked off, people decide, the relay wakes. Answers whether anything was done. */
  const others = async (): Promise<boolean> => {
    const before = [...items.values()].reduce((sum, { version }) => sum + version, 0);
    for (const operation of [...items.values()]) {
      if (operation.state === 'queued')
        await replay(
          { operationId: operation.id, version: operation.version },
          { ...on, firstOf, recheck: async () => {} },
        );
      if (operation.state === 'awaiting_approval') await decide(operation);
    }
    let woken = false;
    for (const operation of items.values()) {
      const token = tokenToGiveBack(operation);
      if (token === undefined || given.has(`${token} ${operation.version}`)) continue;
      given.add(`${token} ${operation.version}`);
      woken = true;
      await wake(token);
    }
    return woken || [...items.values()].reduce((sum, { version }) => sum + version, 0) > before;
  };
  const given = new Set<string>();
  const decide = async (operation: Operation): Promise<void> => {
    const says = approves(operation);
    if (says === undefined) return;
    if (says) {
      await again(operations, await on.write(operation), operation);
      return;
    }
    const refusal = JSON.stringify({ code: 'APPROVAL_REFUSED', detail: 'no', status: 403 });
    await operations.change(operation, { state: 'not_applied', result: refusal, resultStatus: 403 });
  };

  return {
    ...{ shop, operations, items, state, on, configuration },
    /** Starts it under a key, and carries it on until its machine has ended or waits for a person; `until` ms of its time. */
    async start(input: unknown = { for: 'x' }, key = 'k', until = 30 * 24 * 3_600_000): Promise<string> {
      const answer = await startSaga(
        {
          principal: { account: '111122223333', role: 'buyer' },
          tool: saga.name,
          keys: [key],
          body: JSON.stringify(input),
          traceId: 't',
        },
        {
          ...{ account: '111122223333', configuration, operations, journal: runtime.journal, once },
          catalogue: new Map(sagaEntries(configuration).map((entry) => [entry.id, entry])),
        },
      );
      const id = operationIdIn(answer.headers);
      run ??= compiled.start({ operationId: id }, { call, now: state.now });
      await this.goOn(until);
      return id;
    },
    /** Another execution takes the place of the one that there is, which was ended by hand. */
    async replace(id: string, until = 30 * 24 * 3_600_000): Promise<void> {
      run = compiled.start({ operationId: id }, { call, now: state.now });
      await this.goOn(until);
    },
    /** Goes on as far as it goes by itself. */
    async goOn(until: number): Promise<void> {
      const last = (run?.now() ?? 0) + until;
      for (;;) {
        await run?.settle();
        state.now = Math.max(state.now, run?.now() ?? 0);
        if (await others()) continue;
        const isOver = run?.execution().status !== 'RUNNING' || run.now() > last;
        if (!run || isOver || (await this.waitsForPerson())) return;
        await run.advance();
      }
    },
    async waitsForPerson(): Promise<boolean> {
      return [...items.values()].some(({ saga: progress, state: at, parked }) => progress && at === 'review' && parked);
    },
    /** Until the machine looks by itself, where it waits and nobody comes. */
    passTime: () => run?.advance(),
    /** What becomes of functions that were at work when the machine's process is lost. */
    restart: () => run?.restart(),
    execution: () => run?.execution(),
    stepsOf: async (id: string) => stepsOf(await sagaOf(operations, id), operations),
    /** `Take_a done`, `Take_b undone` ... */
    async picture(id: string): Promise<string[]> {
      return (await stepsOf(await sagaOf(operations, id), operations)).map((each) => `${each.step} ${each.state}`);
    },
    operationOf: (id: string): Operation | undefined => items.get(id),
  };
}

const operationIdIn = ({ location = '' }: Readonly<Record<string, string>>): string => location.split('/').at(-1) ?? '';
