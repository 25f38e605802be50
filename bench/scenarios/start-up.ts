import { join, resolve } from 'node:path';
import type { Measured, Scenario } from '../scenario.ts';
import { startProcess } from '../started-process.ts';
import type { Surroundings } from '../surroundings.ts';

const root = resolve(import.meta.dirname, '..', '..');
const rounds = 3;

/** `npm start` from nothing to ready: a person waits for this. */
export const startUp: Scenario = {
  name: 'start-up',
  title: 'npm start, on an empty state directory',
  async run(surroundings): Promise<Measured> {
    const whole: number[] = [];
    const afterBuild: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      surroundings.signal.throwIfAborted();
      surroundings.progress(`round ${round} of ${rounds}`);
      const took = await startOnce(surroundings, round);
      whole.push(took.whole);
      afterBuild.push(took.afterBuild);
    }
    return {
      series: [
        { what: 'process start to ready, build included', unit: 's', samples: whole },
        { what: 'ready, after the build', unit: 's', samples: afterBuild },
      ],
      wanted: [{ what: 'ready, after the build', measure: 'max', atMost: 6 }],
    };
  },
};

async function startOnce({ directory }: Surroundings, round: number): Promise<{ whole: number; afterBuild: number }> {
  const from = performance.now();
  const state = join(directory, `start-${round}`);
  const started = startProcess('bin/launch.cjs', ['start', '--port', '0', '--state', state], root);
  try {
    const [, seconds] = await started.line(/ready in (\d+(?:\.\d+)?) s/);
    return { whole: (performance.now() - from) / 1000, afterBuild: Number(seconds) };
  } finally {
    await started.close();
  }
}
