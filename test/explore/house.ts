import { powertoolsOnce } from '../../lib/aws/once.ts';
import type { Approvals } from '../../lib/core/approval/approval.ts';
import { carryOut, type Next } from '../../lib/core/approval/carry-out.ts';
import { civilDate } from '../../lib/core/civil-date.ts';
import type { Configuration } from '../../lib/core/config.ts';
import type { Connector } from '../../lib/core/connector.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { Answer } from '../../lib/core/operation/answer.ts';
import type { Drained } from '../../lib/core/operation/drain.ts';
import { type Operation, secondLookOf } from '../../lib/core/operation/operation.ts';
import { lookAgain, type Reconciling, reconcile, secondLookAfter } from '../../lib/core/operation/reconcile.ts';
import { relay } from '../../lib/core/operation/relay.ts';
import { workOff } from '../../lib/core/operation/work-off.ts';
import { bindWrite, type Ground } from '../../lib/core/operation/write.ts';
import { callTool } from '../../lib/core/pipeline.ts';
import { recheckPolicy } from '../../lib/core/policy/recheck.ts';
import { type Limits, rulesOf } from '../../lib/core/resilience/limits.ts';
import { createMeter } from '../../lib/core/resilience/meter.ts';
import { meteredTransport } from '../../lib/core/resilience/metered-transport.ts';
import { catalogueOf } from '../../lib/core/system.ts';
import { isRead } from '../../lib/core/tool.ts';
import type { ToolCall } from '../../lib/core/tool-call.ts';
import { memoryContents } from '../lib/core/policy/memory-contents.ts';
import { memoryTotals } from '../lib/core/policy/memory-totals.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { modelOrigin } from './model-connector.ts';
import { modelTransport, type Wire } from './model-transport.ts';
import type { Process } from './process.ts';
import type { SharedStores } from './stores.ts';

/** The account in which it is all deployed. */
export const account = '111122223333';
const untouchedFor = 30_000;
const patience = 15_000;

/** What is deployed, and on what it runs. */
export interface House {
  readonly wire: Wire;
  readonly stores: SharedStores;
  readonly queue: FifoQueue;
  readonly limits: Limits;
  readonly random: () => number;
  readonly approvals: Approvals;
  /** As the latest deploy has it. */
  deployed(): { readonly configuration: Configuration; readonly connector: Connector };
  /** Told of what only a defect throws. */
  defect(error: unknown): void;
}

/** A process with everything that the functions of one system stand on. */
function equipped(house: House, process: Process, offset: number) {
  const { wire, stores, limits, random } = house;
  const { configuration, connector } = house.deployed();
  const ports = stores.portsFor(process, offset);
  const { sharpTime: now } = ports;
  let ids = 0;
  const meter = createMeter({
    ...{ store: ports.meterStore, limits, now, random },
    sleep: process.sleep,
    newId: () => `${process.name} ${ids++}`,
    onLost: () => {},
  });
  const transport = meteredTransport(modelTransport(wire, process), {
    ...{ meter, now, slowMs: rulesOf(limits).slowMs, apart: [] },
  });
  const client = connector.connect({
    ...{ settings: {}, origins: { api: modelOrigin }, transport, now: () => wire.clock.now() },
    secret: async () => 'canary-secret',
  });
  const ground: Ground = { connector, client, meter, patience };
  const catalogue = new Map(catalogueOf(configuration.systems).map((entry) => [entry.id, entry]));
  return { ...ports, configuration, ground, catalogue };
}

/** The function that serves the tools. */
export function toolsFunction(house: House, process: Process, offset = 0): (call: ToolCall) => Promise<Answer> {
  const { configuration, operations, ground, catalogue, journal, firstOf } = equipped(house, process, offset);
  const runtime = {
    ...{ stage: 'test', account, configuration, catalogue, operations },
    ground: async () => ground,
    journal,
    once: powertoolsOnce(operations),
    totals: memoryTotals().totals,
    contents: memoryContents(),
    isBusy: async (lane: string) => (await firstOf(lane)) !== undefined,
  };
  return (call) => callTool(call, runtime);
}

/** The worker of the backlog, one run of it. */
export function replayFunction(house: House, process: Process): () => Promise<Drained> {
  const { configuration, operations, ground, catalogue, firstOf, before } = equipped(house, process, 0);
  const { queue, wire } = house;
  return () =>
    workOff({
      ...{ system: 'erp', account, configuration, catalogue, ground, operations, totals: memoryTotals().totals },
      firstOf,
      queuedBefore: (moment) => before('erp', moment, 'queued'),
      receive: (most) => queue.receive(most, process),
      ...{ now: wire.clock.now, sleep: process.sleep },
      failed: (_, error) => house.defect(error),
    });
}

/** The function of the machine that waits for people: one step of it for one operation. */
export function approvedFunction(house: House, process: Process): (operationId: string) => Promise<Next> {
  const { configuration, operations, ground, catalogue, journal } = equipped(house, process, 0);
  const { get, change, open, pending } = house.approvals;
  const trip = <T>(go: () => Promise<T>): Promise<T> => process.trip('approvals', go).then((answer) => answer);
  const entryOf = ({ tool }: Operation) => {
    const entry = catalogue.get(tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `There is no ${tool} any more.`);
    return entry;
  };
  return (operationId) =>
    carryOut(operationId, {
      ...{ operations, journal },
      approvals: {
        pending,
        open,
        get: (id) => trip(() => get(id)),
        change: (...asked) => trip(() => change(...asked)),
      },
      async write(operation) {
        const tool = await entryOf(operation).load();
        if (isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', 'It is a read.');
        return bindWrite(tool, ground);
      },
      async recheck(operation) {
        const today = civilDate(operations.now(), configuration.timeZone);
        recheckPolicy(operation, entryOf(operation), { configuration, account, today });
        return [];
      },
    });
}

/** The function that looks after what nobody asks about, one run of it. */
export function reconcileFunction(house: House, process: Process): () => Promise<void> {
  const { operations, ground, catalogue, before } = equipped(house, process, 0);
  const on: Reconciling = {
    operations,
    async write({ tool: id }) {
      const tool = await catalogue.get(id)?.load();
      return !tool || isRead(tool) ? undefined : bindWrite(tool, ground);
    },
  };
  const each = async (ids: readonly string[], look: typeof reconcile): Promise<void> => {
    for (const id of ids)
      try {
        const operation = await operations.get(id);
        if (operation) await look(operation, on);
      } catch (error) {
        house.defect(error);
      }
  };
  return async () => {
    const now = operations.now();
    const open = await before('erp', now - untouchedFor, 'others');
    const believed = await before(secondLookOf('erp'), now - secondLookAfter, 'others');
    await each(open, reconcile);
    await each(believed, lookAgain);
  };
}

/** The relay, for one image of one operation. */
export const relayFunction = ({ stores, queue }: House, process: Process) => {
  const { journal, clear } = stores.portsFor(process);
  return (image: Operation): Promise<unknown> =>
    relay(image, {
      journal,
      // No saga waits here.
      wake: async () => undefined,
      onward: {
        queued: (operation) =>
          process.trip('queue', () => {
            queue.send(operation);
            return true;
          }),
      },
      clear,
    });
};
