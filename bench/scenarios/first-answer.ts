import { createEvent, newKey } from '../call.ts';
import { type Subject, startFunction, subjectsOf } from '../function-process.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario } from '../scenario.ts';

const rounds = 12;

/** From the start of a process to its first answer: a created order, everything that has to be fetched first included. */
export const firstAnswer: Scenario = {
  name: 'first-answer',
  title: 'Spawn to first answer',
  async run({ bundles, backends, signal, progress }): Promise<Measured> {
    const { files } = await bundles();
    const subjects = subjectsOf(files, await backends());
    const timed = (subject: Subject) => () => spawnToAnswer(subject, signal);
    const { empty, countersign, conventional } = subjects;
    // Once unmeasured, so that files come from the same cache for all.
    for (const subject of [empty, countersign, conventional]) await spawnToAnswer(subject, signal);
    const [floor = [], ours = [], theirs = []] = await interleave([empty, countersign, conventional].map(timed), {
      rounds,
      signal,
      progress: (round) => progress(`round ${round} of ${rounds}`),
    });
    const against = 'empty handler';
    return {
      series: [
        { what: against, unit: 'ms', samples: floor },
        { what: 'countersign, first create', unit: 'ms', samples: ours, against },
        { what: 'conventional stack, first create', unit: 'ms', samples: theirs, against },
      ],
      wanted: [],
    };
  },
};

async function spawnToAnswer(subject: Subject, signal: AbortSignal): Promise<number> {
  const event = createEvent(newKey());
  const from = performance.now();
  const process = startFunction(subject, signal);
  try {
    await process.carryOut([event]);
    return performance.now() - from;
  } finally {
    process.close();
  }
}
