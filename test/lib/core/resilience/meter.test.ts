import { expect, test } from 'vitest';
import type { Limits } from '../../../../lib/core/resilience/limits.ts';
import { createMeter } from '../../../../lib/core/resilience/meter.ts';
import { memoryMeterStore } from './memory-meter.ts';
import { virtualTime } from './virtual-time.ts';

const never = new AbortController().signal;

/** Processes that share one meter, on a virtual clock. */
function shared(limits: Limits) {
  const time = virtualTime();
  const { store, item } = memoryMeterStore(() => time.sleep(2));
  let ids = 0;
  const process = ({ ahead = 0, random = () => 0.5 } = {}) =>
    createMeter({
      ...{ store, limits, random, sleep: time.sleep, now: () => time.now + ahead },
      newId: () => `slot-${ids++}`,
      onLost: (error) => {
        throw error;
      },
    });
  return { time, item, process };
}

test('calls that come at once go out one after the other, at the pace of the system', async () => {
  const { time, item, process } = shared({ perSecond: 10, concurrent: 20 });
  const sent: number[] = [];
  const meter = process();
  const call = async () => {
    const passage = await meter.enter({ write: true });
    await passage.go(never);
    sent.push(time.now);
    passage.done({ health: 'good' });
  };
  await time.run(Promise.all(Array.from({ length: 8 }, call)));
  const gaps = sent.slice(1).map((at, n) => at - (sent[n] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(100);
  await time.run(time.sleep(10));
  expect(item.state.held).toEqual({});
});
