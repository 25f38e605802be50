import { join } from 'node:path';
import { tellsCpuTime } from '../cpu-time.ts';
import { interleave } from '../interleave.ts';
import { type Side, type Sides, startSides } from '../saga-sides.ts';
import type { Measured, Scenario, Series } from '../scenario.ts';
import type { Surroundings } from '../surroundings.ts';

const rounds = { alone: 12, together: 3 };
const inFlight = 32;
/** As long as that new sagas begin in a round, in ms. */
const beginFor = 3_000;

const names = ['countersign', 'restate', 'checked'] as const;
const labels = { countersign: 'countersign', restate: 'Restate', checked: 'Restate that reads as we do' } as const;

/** From the call to the last compensation in the ERP, and until the caller is told. */
interface Alone {
  readonly undoneMs: number;
  readonly toldMs: number;
  readonly records: number;
}

/** Beside the pace, each of one saga. */
interface Together {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly reads: number;
  readonly writes: number;
  readonly records: number;
}

/** Three steps of which the last is refused, and two compensations: beside Restate, on the same ERP. */
export const failingSaga: Scenario = {
  name: 'failing-saga',
  title: 'A saga whose third step is refused and whose first two are undone, over HTTP to an ERP in memory',
  async run(surroundings): Promise<Measured> {
    const { directory, progress } = surroundings;
    progress('starting the stack and Restate');
    const sides = await startSides(join(directory, 'sagas'));
    try {
      progress('warming up');
      for (const name of names) await manyOf(sides[name], 8);
      const alone = await measure(rounds.alone, (name) => aloneOf(sides[name], sides), surroundings);
      const together = await measure(rounds.together, (name) => togetherOf(name, sides), surroundings);
      const { open } = await sides.seen();
      if (open > 0) throw new Error(`${open} documents are left that nobody undid`);
      return measuredOf(alone, together);
    } finally {
      await sides.close();
    }
  },
};

type Name = (typeof names)[number];

async function measure<T>(
  count: number,
  one: (name: Name) => Promise<T>,
  { signal, progress }: Surroundings,
): Promise<Record<Name, readonly T[]>> {
  const results = await interleave(
    names.map((name) => () => one(name)),
    { rounds: count, signal, progress: (round) => progress(`round ${round} of ${count}`) },
  );
  const [countersign = [], restate = [], checked = []] = results;
  return { countersign, restate, checked };
}

async function aloneOf(side: Side, { seen }: Sides): Promise<Alone> {
  const kept = await side.writes();
  const from = performance.timeOrigin + performance.now();
  await side.run();
  const toldMs = performance.timeOrigin + performance.now() - from;
  const { lastReleaseAt } = await seen();
  return { undoneMs: lastReleaseAt - from, toldMs, records: (await side.writes()) - kept };
}

async function togetherOf(name: Name, sides: Sides): Promise<Together> {
  const side = sides[name];
  const counted = async () => {
    // First: it waits.
    const records = await side.writes();
    return { ...(await sides.seen()), records, cpuMs: tellsCpuTime ? side.cpuMs() : 0 };
  };
  const before = await counted();
  const from = performance.now();
  const count = await manyOf(side, inFlight);
  const perSecond = (count * 1_000) / (performance.now() - from);
  const after = await counted();
  const each = (what: keyof typeof after): number => (after[what] - before[what]) / count;
  return { perSecond, cpuMs: each('cpuMs'), reads: each('read'), writes: each('write'), records: each('records') };
}

/** Answers how many there were, each over; so many at the same time. */
async function manyOf(side: Side, atOnce: number): Promise<number> {
  const until = performance.now() + beginFor;
  let count = 0;
  const client = async () => {
    for (; performance.now() < until; count++) await side.run();
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return count;
}

function measuredOf(alone: Record<Name, readonly Alone[]>, together: Record<Name, readonly Together[]>): Measured {
  const compared = <T>(what: string, unit: Series['unit'], all: Record<Name, readonly T[]>, of: (one: T) => number) =>
    (['restate', 'checked', 'countersign'] as const).map(
      (name): Series => ({
        ...{ what: `${labels[name]}, ${what}`, unit, samples: all[name].map(of) },
        ...(name !== 'restate' && { against: `${labels.restate}, ${what}` }),
      }),
    );
  return {
    series: [
      ...compared('undone', 'ms', alone, ({ undoneMs }) => undoneMs),
      ...compared('the caller is told', 'ms', alone, ({ toldMs }) => toldMs),
      ...compared(`${inFlight} at once`, 'sagas/s', together, ({ perSecond }) => perSecond),
      ...(tellsCpuTime ? compared('CPU of a saga', 'ms', together, ({ cpuMs }) => cpuMs) : []),
      ...compared('records kept', 'writes', alone, ({ records }) => records),
      ...compared(`records kept, ${inFlight} at once`, 'writes', together, ({ records }) => records),
      ...compared('requests that change', 'requests', together, ({ writes }) => writes),
      ...compared('requests in all', 'requests', together, ({ reads, writes }) => reads + writes),
    ],
    wanted: [],
  };
}
