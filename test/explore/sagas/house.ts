import { sagaMachines } from '../../../lib/aws/saga-machines.ts';
import { wakeExecution } from '../../../lib/aws/wake-execution.ts';
import type { Approvals } from '../../../lib/core/approval/approval.ts';
import { carryOut } from '../../../lib/core/approval/carry-out.ts';
import type { Configuration } from '../../../lib/core/config.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Answer } from '../../../lib/core/operation/answer.ts';
import { redrive } from '../../../lib/core/operation/dead.ts';
import { evidenceOf, noEvidence } from '../../../lib/core/operation/evidence.ts';
import { type Operation, type Operations, secondLookOf } from '../../../lib/core/operation/operation.ts';
import { lookAgain, type Reconciling, reconcile, secondLookAfter } from '../../../lib/core/operation/reconcile.ts';
import { relay } from '../../../lib/core/operation/relay.ts';
import { checkAge, replay } from '../../../lib/core/operation/replay.ts';
import { confirm, resolve } from '../../../lib/core/operation/review.ts';
import { bindWrite, type Ground } from '../../../lib/core/operation/write.ts';
import { callTool, type Once, type Runtime } from '../../../lib/core/pipeline.ts';
import { recheckPolicy } from '../../../lib/core/policy/recheck.ts';
import type { Meter } from '../../../lib/core/resilience/meter.ts';
import { sagaEntries } from '../../../lib/core/saga/deployed.ts';
import { begin, commit, end, refuse, test } from '../../../lib/core/saga/finish.ts';
import { checkWanted, goOnUndoing, stepSettled } from '../../../lib/core/saga/give-up.ts';
import { park } from '../../../lib/core/saga/park.ts';
import { confirmDone, markDone, type Reviewing, retry } from '../../../lib/core/saga/review.ts';
import { runStep } from '../../../lib/core/saga/run-step.ts';
import { startSaga } from '../../../lib/core/saga/start.ts';
import { type Undoing, undoStep } from '../../../lib/core/saga/undo-step.ts';
import { type CatalogueEntry, catalogueOf } from '../../../lib/core/system.ts';
import { isRead } from '../../../lib/core/tool.ts';
import type { ToolCall } from '../../../lib/core/tool-call.ts';
import type { memoryTotals } from '../../lib/core/policy/memory-totals.ts';
import type { Process } from '../process.ts';
import type { SharedStores } from '../stores.ts';
import type { Machines } from './machines.ts';
import { type Client, connector } from './shop.ts';

/** The account in which it is all deployed. */
export const account = '111122223333';

/** What the functions of a life stand on. */
export interface House {
  readonly stores: SharedStores;
  readonly machines: Machines;
  readonly approvals: Approvals;
  readonly totals: ReturnType<typeof memoryTotals>['totals'];
  readonly once: (operations: Operations) => Once;
  /** As the latest deploy has it. */
  configuration(): Configuration;
  /** What the functions of sagas see of the operations. */
  readonly seen: (operations: Operations) => Operations;
}

// Everything passes: meters are explored elsewhere.
const passage = { go: async () => {}, goAgain: async () => {}, done: () => {} };
const meter: Meter = {
  reserve: async ({ slots = 1 }) => ({ slots, end: async () => {} }),
  enter: async () => passage,
  settled: async () => {},
};

const nothing = async (): Promise<void> => {};
const journal = { append: nothing };
const noContents = { take: async () => undefined };

// One configuration after the other: what follows from it is worked out once.
const catalogues = new WeakMap<Configuration['systems'], ReadonlyMap<string, CatalogueEntry>>();
const catalogueIn = ({ systems }: Configuration): ReadonlyMap<string, CatalogueEntry> => {
  const known = catalogues.get(systems) ?? new Map(catalogueOf(systems).map((entry) => [entry.id, entry]));
  catalogues.set(systems, known);
  return known;
};

/** A process with everything that the functions stand on. */
function equipped(house: House, process: Process) {
  const configuration = house.configuration();
  const ports = house.stores.portsFor(process);
  const { operations, firstOf } = ports;
  const catalogue = catalogueIn(configuration);
  const client: Client = { process };
  const ground: Ground = { connector: connector as Ground['connector'], client, meter, patience: 15_000 };
  const writeOf = async ({ tool: id }: Operation) => {
    const tool = await catalogue.get(id)?.load();
    return !tool || isRead(tool) ? undefined : bindWrite(tool, ground);
  };
  const write = async (operation: Operation) => {
    const bound = await writeOf(operation);
    if (!bound) throw new CountersignError('TOOL_NOT_FOUND', `there is no ${operation.tool}`);
    return bound;
  };
  const runtime: Runtime = {
    ...{ stage: 'test', account, configuration, catalogue, operations, journal },
    ...{ ground: async () => ground, once: house.once(operations), totals: house.totals, contents: noContents },
    isBusy: async (lane) => (await firstOf(lane)) !== undefined,
  };
  const recheck = async (operation: Operation): Promise<void> => {
    const entry = catalogue.get(operation.tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `there is no ${operation.tool}`);
    recheckPolicy(operation, entry, { configuration, account, today: '2026-06-01' });
  };
  return { ...ports, configuration, catalogue, ground, runtime, writeOf, write, recheck };
}

/** The function that starts sagas. */
export function sagasFunction(house: House, process: Process): (call: ToolCall) => Promise<Answer> {
  const { configuration, runtime, operations } = equipped(house, process);
  const catalogue = new Map(sagaEntries(configuration).map((entry) => [entry.id, entry]));
  return (call) => startSaga(call, { account, configuration, catalogue, operations, journal, once: runtime.once });
}

/** The functions that machines call: those of steps, and of turns. */
export function stepsFunction(house: House, process: Process): (event: never) => Promise<unknown> {
  const { runtime, operations: stored, catalogue, write } = equipped(house, process);
  const operations = house.seen(stored);
  const wake = wakeExecution(house.machines.clientOf(process));
  const on: Undoing = {
    ...{ operations, write, today: () => '2026-06-01' },
    call: (call) => callTool(call, runtime),
    entryOf: (tool) => catalogue.get(tool),
  };
  // biome-ignore lint/suspicious/noExplicitAny: the event is what the machine makes of it
  return async (event: any) => {
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
}

/** The relay, for one image of one operation. */
export function relayFunction(house: House, process: Process): (image: Operation) => Promise<unknown> {
  const { clear } = house.stores.portsFor(process);
  const client = house.machines.clientOf(process);
  const onward = { running: sagaMachines(client, named(house)).start };
  const wake = wakeExecution(client);
  return (image) => relay(image, { journal, onward, wake, clear });
}

/** The repair run: what the stream has lost, and what was ended by hand. */
export function repairFunction(house: House, process: Process): () => Promise<void> {
  const sendOn = relayFunction(house, process);
  const { startAgain } = sagaMachines(house.machines.clientOf(process), named(house));
  return async () => {
    for (const item of [...house.stores.items.values()]) {
      await sendOn(item);
      if (item.saga && (item.state === 'running' || item.state === 'review')) await startAgain(item);
    }
  };
}

const named = (house: House): Record<string, string> =>
  Object.fromEntries(
    (house.configuration().sagas ?? [])
      .map((each) => ('saga' in each ? each.saga : each).name)
      .map((name) => [name, name]),
  );

/** The worker of the backlog: one turn of everything that waits. */
export function workFunction(house: House, process: Process): () => Promise<void> {
  const { operations, firstOf, recheck, write } = equipped(house, process);
  const on = {
    ...{ operations, firstOf, write },
    async recheck(operation: Operation) {
      if (operation.step?.undoes === undefined) checkAge(operation, operations.now());
      await recheck(operation);
    },
  };
  return async () => {
    for (const { id, state, version } of [...house.stores.items.values()])
      if (state === 'queued') await replay({ operationId: id, version }, on);
  };
}

/** Looks after what nobody asks about, one run of it. */
export function lookAfterFunction(house: House, process: Process): () => Promise<void> {
  const { operations, before, writeOf } = equipped(house, process);
  const on: Reconciling = { operations, write: writeOf };
  return async () => {
    const now = operations.now();
    for (const [ids, look] of [
      [await before('shop', now - 30_000, 'others'), reconcile],
      [await before(secondLookOf('shop'), now - secondLookAfter, 'others'), lookAgain],
    ] as const)
      for (const id of ids) {
        const operation = await operations.get(id);
        if (operation) await look(operation, on);
      }
  };
}

/** What the machine of approved writes does for one operation when it is woken. */
export function approvedFunction(house: House, process: Process): (operationId: string) => Promise<unknown> {
  const { operations, recheck, write } = equipped(house, process);
  const on = { operations, approvals: house.approvals, journal, write };
  return (operationId) =>
    carryOut(operationId, {
      ...on,
      async recheck(operation) {
        await recheck(operation);
        return [];
      },
    });
}

/** What operators do about a step of a saga, by the functions that are theirs. */
export function operatorFunction(house: House, process: Process) {
  const { operations, catalogue, ground, writeOf } = equipped(house, process);
  const on: Reviewing = {
    operations,
    recover: (operation) => reconcile(operation, { operations, write: writeOf }),
    async evidence(operation) {
      const asked = operations.now();
      const tool = await catalogue.get(operation.tool)?.load();
      if (!tool || isRead(tool)) return noEvidence(asked, 'TOOL_GONE');
      return evidenceOf(tool, operation, { ground, asked, signal: AbortSignal.timeout(15_000) });
    },
  };
  const said = { by: 'olga', why: 'Because.' };
  return {
    retry: (saga: string, step: string) => retry({ saga, step, said }, on),
    markDone: (saga: string, step: string, deviates: boolean) => markDone({ saga, step, said, deviates }, on),
    confirmDone: (saga: string, step: string) => confirmDone({ saga, step, by: 'piet' }, on),
    giveUp: (saga: string) => goOnUndoing(saga, said, operations),
    async settle() {
      for (const { id, state, saga } of [...house.stores.items.values()]) {
        if (state !== 'review' || saga) continue;
        const seen = await operations.get(id);
        if (!seen) continue;
        const evidence = await on.evidence(seen);
        const { document } = evidence.documents.find(({ exists, isNamed }) => exists && isNamed) ?? {};
        const found = evidence.finding === 'found' && document !== undefined;
        const verdict = found
          ? ({ what: 'applied', document, deviates: true } as const)
          : ({ what: 'not_applied' } as const);
        const proposed = await resolve(operations, seen, { verdict, evidence, said });
        const settled =
          proposed.state === 'review' ? await confirm(operations, proposed, { evidence, by: 'piet' }) : proposed;
        await stepSettled(settled, said, operations);
      }
    },
    async redrive() {
      for (const each of [...house.stores.items.values()])
        if (each.state === 'dead') {
          await checkWanted(each, operations);
          await redrive(operations, each, said);
        }
    },
  };
}
