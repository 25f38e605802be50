import type { APIGatewayProxyEvent } from 'aws-lambda';
import { tables } from '../backends.ts';
import { createEvent, newKey } from '../call.ts';
import { type FunctionProcess, startFunction, subjectsOf } from '../function-process.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario, Series } from '../scenario.ts';
import { sequentialTrips, type Trip } from '../trips.ts';

const rounds = 10;
/** Calls of each kind in a round: the clock of CPU time is too coarse for one. */
const callsInRound = 30;
const warmUp = 150;

/** What one process spends on creates and on duplicates, and what its table sees. */
interface Cost {
  readonly create: Spent;
  readonly duplicate: Spent;
}

interface Spent {
  readonly cpuMs: number;
  readonly trips: number;
}

/** CPU and sequential DynamoDB trips of a create and of a duplicate, warm. */
export const callCost: Scenario = {
  name: 'call-cost',
  title: 'One call in a warm process: CPU, and DynamoDB trips that wait for one another',
  async run({ bundles, backends, signal, progress }): Promise<Measured> {
    const { files } = await bundles();
    const running = await backends();
    const subjects = subjectsOf(files, running);
    const names = ['countersign', 'conventional'] as const;
    const processes = names.map((name) => startFunction(subjects[name], signal));
    try {
      progress('warming up');
      for (const each of processes) await each.carryOut(creates(warmUp));
      const costs = await interleave(
        processes.map((each, n) => () => costOf(each, () => running.takeTrips(tables[names[n] ?? 'countersign']))),
        { rounds, signal, progress: (round) => progress(`round ${round} of ${rounds}`) },
      );
      return measuredOf(costs[0] ?? [], costs[1] ?? []);
    } finally {
      for (const each of processes) each.close();
    }
  },
};

const creates = (count: number): APIGatewayProxyEvent[] => Array.from({ length: count }, () => createEvent(newKey()));

async function costOf(process: FunctionProcess, takeTrips: () => Trip[]): Promise<Cost> {
  const events = creates(callsInRound);
  const alone = creates(1);
  const spent = async (): Promise<Spent> => {
    const { cpuMs } = await process.carryOut(events);
    takeTrips();
    await process.carryOut(alone);
    return { cpuMs: cpuMs / events.length, trips: sequentialTrips(takeTrips()) };
  };
  const create = await spent();
  // The same events again are duplicates.
  return { create, duplicate: await spent() };
}

function measuredOf(ours: readonly Cost[], theirs: readonly Cost[]): Measured {
  const pair = (kind: keyof Cost, measure: keyof Spent, unit: Series['unit'], label: string): Series[] => {
    const against = `conventional ${kind}, ${label}`;
    return [
      { what: against, unit, samples: theirs.map((cost) => cost[kind][measure]) },
      { what: `countersign ${kind}, ${label}`, unit, samples: ours.map((cost) => cost[kind][measure]), against },
    ];
  };
  return {
    series: [
      ...pair('create', 'cpuMs', 'ms', 'CPU'),
      ...pair('duplicate', 'cpuMs', 'ms', 'CPU'),
      ...pair('create', 'trips', 'trips', 'trips'),
      ...pair('duplicate', 'trips', 'trips', 'trips'),
    ],
    wanted: [
      { what: 'countersign create, trips', measure: 'max', atMost: 2 },
      { what: 'countersign duplicate, trips', measure: 'max', atMost: 1 },
    ],
  };
}
