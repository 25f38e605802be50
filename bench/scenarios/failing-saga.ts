import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tellsCpuTime } from '../cpu-time.ts';
import { interleave } from '../interleave.ts';
import { type Side, type Sides, startSides } from '../saga-sides.ts';
import type { Measured, Scenario, Series } from '../scenario.ts';
import type { Surroundings } from '../surroundings.ts';

const rounds = { alone: 20, together: 3 };
const inFlight = 32;
/** Of each side in a round: Restate is so much faster that as many of its sagas would be over at once. */
const sagasInRound = { countersign: 32, restate: 192, checked: 192 };
const warmUp = 8;

const names = ['countersign', 'restate', 'checked'] as const;
const labels = { countersign: 'countersign', restate: 'Restate', checked: 'Restate that reads as we do' } as const;

interface Alone {
  /** From the call to the last compensation in the ERP, and until the caller is told. */
  readonly undoneMs: number;
  readonly toldMs: number;
  /** Per saga. */
  readonly reads: number;
  readonly writes: number;
  readonly records: number;
}

interface Together {
  readonly perSecond: number;
  /** Per saga. */
  readonly cpuMs: number;
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
      for (const name of names) await manyOf(sides[name], 4 * warmUp, warmUp);
      const alone = await measure(rounds.alone, (name) => aloneOf(sides[name], sides), surroundings);
      const together = await measure(rounds.together, (name) => togetherOf(sides[name], name), surroundings);
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
  const [before, kept] = [await seen(), await side.writes()];
  const from = performance.timeOrigin + performance.now();
  await side.run();
  const toldMs = performance.timeOrigin + performance.now() - from;
  // What is written after the answer belongs to it too.
  await sleep(100);
  const after = await seen();
  const records = (await side.writes()) - kept;
  const [reads, writes] = [after.read - before.read, after.write - before.write];
  return { undoneMs: after.lastReleaseAt - from, toldMs, reads, writes, records };
}

async function togetherOf(side: Side, name: Name): Promise<Together> {
  const count = sagasInRound[name];
  const before = tellsCpuTime ? side.cpuMs() : 0;
  const from = performance.now();
  await manyOf(side, count, inFlight);
  const perSecond = (count * 1_000) / (performance.now() - from);
  return { perSecond, cpuMs: tellsCpuTime ? (side.cpuMs() - before) / count : 0 };
}

/** So many in all, so many at the same time. */
async function manyOf(side: Side, count: number, atOnce: number): Promise<void> {
  let begun = 0;
  const client = async () => {
    while (begun++ < count) await side.run();
  };
  await Promise.all(Array.from({ length: atOnce }, client));
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
      ...compared('requests that change', 'requests', alone, ({ writes }) => writes),
      ...compared('requests in all', 'requests', alone, ({ reads, writes }) => reads + writes),
    ],
    wanted: [],
  };
}
