import { expect, test } from 'vitest';
import { type CountersignError, isCountersignError } from '../../../../lib/core/errors.ts';
import type { Meter } from '../../../../lib/core/resilience/meter.ts';
import { busiestSecond, sharedMeter } from './shared-meter.ts';

const never = new AbortController().signal;
const limits = { perSecond: 20, concurrent: 4 };

/** Code and `retryAfter` of a refusal, or that there was none. */
const refusalOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return ['ok', undefined];
  } catch (error) {
    if (isCountersignError(error)) return [error.code, error.retryAfter, error.applied];
    throw error;
  }
};

/** A world in which requests can be made one after the other. */
function world() {
  const shared = sharedMeter(limits);
  const { time } = shared;
  const made = async (meter: Meter, health: 'good' | 'bad', write = true): Promise<void> => {
    const passage = await meter.enter({ write });
    await passage.go(never);
    passage.done({ health });
    await time.sleep(20);
  };
  const broken = async (meter: Meter): Promise<void> => {
    for (let n = 0; n < 5; n++) await made(meter, 'bad');
  };
  return { ...shared, made, broken };
}

test('after five failures in a row nobody calls, in any process, and everybody is told when to come back', async () => {
  const { time, process, broken } = world();
  await time.run(broken(process()));
  const other = process();
  for (const write of [true, false]) {
    expect(await time.run(refusalOf(other.enter({ write })))).toEqual(['SYSTEM_UNAVAILABLE', 3, 'no']);
    expect(await time.run(refusalOf(other.reserve({ write })))).toEqual(['SYSTEM_UNAVAILABLE', 3, 'no']);
  }
});

test('when its time is over exactly one read of all processes finds out, and no write does', async () => {
  const { time, item, process, broken } = world();
  await time.run(broken(process()));
  await time.run(time.sleep(3_000));
  const all = Array.from({ length: 8 }, () => process());
  const writes = await time.run(Promise.all(all.map((meter) => refusalOf(meter.enter({ write: true })))));
  expect(new Set(writes.map(([code]) => code))).toEqual(new Set(['SYSTEM_UNAVAILABLE']));
  const reads = await time.run(Promise.all(all.map((meter) => refusalOf(meter.enter({ write: false })))));
  expect(reads.filter(([code]) => code === 'ok')).toHaveLength(1);
  expect(item.state.breaker).toMatchObject({ state: 'half-open' });
});

test('a probe that finds the system back lets everybody in; one that does not keeps them out for longer', async () => {
  const { time, item, process, broken, made } = world();
  const meter = process();
  await time.run(broken(meter));
  await time.run(time.sleep(3_000));
  await time.run(made(meter, 'bad', false));
  expect(await time.run(refusalOf(meter.enter({ write: false })))).toEqual(['SYSTEM_UNAVAILABLE', 5, 'no']);
  await time.run(time.sleep(5_000));
  await time.run(made(meter, 'good', false));
  expect(item.state.breaker).toMatchObject({ state: 'closed', failures: 0, openings: 2 });
  await time.run(made(process(), 'good'));
});

test('a probe whose process died is followed by another one after its deadline', async () => {
  const { time, item, process, broken, made } = world();
  await time.run(broken(process()));
  await time.run(time.sleep(3_000));
  await time.run(process().enter({ write: false }));
  const other = process();
  expect(await time.run(refusalOf(other.enter({ write: false })))).toEqual(['SYSTEM_UNAVAILABLE', 30, 'no']);
  await time.run(time.sleep(30_000));
  await time.run(made(other, 'good', false));
  expect([item.state.breaker.state, item.state.held]).toEqual(['closed', {}]);
});

test('a probe that was reserved and not sent leaves its turn to the next one', async () => {
  const { time, process, broken } = world();
  await time.run(broken(process()));
  await time.run(time.sleep(3_000));
  const reserved = await time.run(process().reserve({ write: false }));
  await time.run(reserved.end());
  expect(await time.run(refusalOf(process().enter({ write: false })))).toEqual(['ok', undefined]);
});

test('places of a process that died come back when its requests can no longer be running', async () => {
  const { time, process, made } = world();
  const dead = process();
  await time.run(Promise.all(Array.from({ length: 4 }, () => dead.enter({ write: true }))));
  expect(await time.run(refusalOf(process().enter({ write: true })))).toEqual(['SYSTEM_BUSY', 1, 'no']);
  await time.run(time.sleep(30_000));
  await time.run(made(process(), 'good'));
});

test('what the system asked for holds for everybody: a short silence is waited for, a long one is told', async () => {
  const { time, process } = world();
  const meter = process();
  const ask = async (ms: number) => {
    const passage = await meter.enter({ write: true });
    await passage.go(never);
    passage.done({ health: 'good', waitUntil: time.now + ms });
    await time.sleep(20);
  };
  await time.run(ask(700));
  const from = time.now;
  const passage = await time.run(process().enter({ write: false }));
  await time.run(passage.go(never));
  expect(time.now - from).toBeGreaterThan(650);
  passage.done({ health: 'good' });
  await time.run(ask(60_000));
  expect(await time.run(refusalOf(process().enter({ write: false })))).toEqual(['SYSTEM_THROTTLED', 60, 'no']);
  await time.run(time.sleep(60_000));
  expect(await time.run(refusalOf(process().enter({ write: false })))).toEqual(['ok', undefined]);
});

test('a freeze window holds writes and lets reads through', async () => {
  const { time, process } = sharedMeter(limits);
  const until = time.now + 7_200_000;
  const meter = process({ frozen: (now) => (now < until ? { reason: 'stock count', until } : undefined) });
  expect(await time.run(refusalOf(meter.reserve({ write: true })))).toEqual(['SYSTEM_PAUSED', 7_200, 'no']);
  expect(await time.run(refusalOf(meter.reserve({ write: false })))).toEqual(['ok', undefined]);
  await time.run(time.sleep(7_200_000));
  expect(await time.run(refusalOf(meter.reserve({ write: true })))).toEqual(['ok', undefined]);
});

test('a process whose clock turns out to be hours behind goes on by the one that it is told', async () => {
  const { time, process, store, made } = world();
  await time.run(made(process(), 'good'));
  let behind = 4 * 3_600_000;
  const told = <T>(answer: T): T => {
    behind = 0;
    return answer;
  };
  const late = process({
    now: () => time.now - behind,
    store: { read: async () => told(await store.read()), change: async (change) => told(await store.change(change)) },
  });
  await time.run(made(late, 'good'));
  await time.run(made(late, 'good'));
  behind = 4 * 3_600_000;
  await time.run(made(process(), 'good'));
  await time.run(made(late, 'good'));
});

test('a meter that cannot be asked lets nothing through', async () => {
  const { process, store } = sharedMeter(limits);
  const gone = async (): Promise<never> => {
    throw Object.assign(new Error('gone'), { code: 'STORE_UNAVAILABLE' }) as CountersignError;
  };
  const meter = process({ store: { ...store, read: gone } });
  await expect(meter.enter({ write: false })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a drain takes all that is left over, and live calls go first', async () => {
  const { time, process } = sharedMeter({ perSecond: 20, concurrent: 50 });
  const sent = { live: [] as number[], replay: [] as number[], waited: [] as number[] };
  const go = async (meter: Meter, into: number[]): Promise<void> => {
    const passage = await meter.enter({ write: true });
    await passage.go(never);
    into.push(time.now);
    await time.sleep(100);
    passage.done({ health: 'good' });
  };
  const end = time.now + 30_000;
  const replay = async (meter: Meter): Promise<void> => {
    const running: Promise<unknown>[] = [];
    while (time.now < end) {
      const reserved = await meter.reserve({ write: true, traffic: 'replay', slots: 10 });
      running.push(
        Promise.all(Array.from({ length: reserved.slots }, () => go(meter, sent.replay))).then(() => reserved.end()),
      );
    }
    await Promise.all(running);
  };
  const live = async (meter: Meter): Promise<void> => {
    while (time.now < end) {
      await time.sleep(210);
      const asked = time.now;
      await go(meter, sent.live);
      sent.waited.push(time.now - asked - 100);
    }
  };
  await time.run(Promise.all([replay(process()), live(process({ ahead: 4 }))]));
  const all = [...sent.live, ...sent.replay];
  expect(busiestSecond(all)).toBeLessThanOrEqual(20);
  expect((30 * 20) / all.length).toBeLessThan(1.1);
  expect(Math.max(...sent.waited)).toBeLessThan(400);
  expect(sent.live.length).toBeGreaterThan(60);
});

test.each([
  5, 20, 50,
])('eight workers that have to connect for each write keep up with %i a second', async (perSecond) => {
  const { time, item, process } = sharedMeter({ perSecond, concurrent: 20 }, { trip: () => 3 });
  const meter = process();
  const sent: number[] = [];
  const request = async (write: boolean, connecting: number): Promise<void> => {
    const passage = await meter.enter({ write });
    await time.sleep(connecting);
    await passage.go(never);
    sent.push(time.now);
    await time.sleep(100);
    passage.done({ health: 'good' });
  };
  const end = time.now + 30_000;
  const worker = async (): Promise<void> => {
    while (time.now < end) {
      const reserved = await meter.reserve({ write: true, traffic: 'replay' }).catch(() => undefined);
      if (!reserved) continue;
      await time.sleep(10); // its turn is claimed
      await request(true, 50);
      await request(false, 1);
      await reserved.end();
    }
  };
  await time.run(Promise.all(Array.from({ length: 8 }, worker)));
  const inTime = sent.filter((at) => at < end);
  expect(busiestSecond(sent)).toBeLessThanOrEqual(perSecond);
  expect((30 * perSecond) / inTime.length).toBeLessThan(1.1);
  expect(item.state.calls - sent.length).toBeLessThan(sent.length / 50);
});

test('who has written is not turned away when it reads what came of it, although others are', async () => {
  const { time, process } = sharedMeter({ perSecond: 10, concurrent: 50 });
  const writer = process();
  const write = async () => {
    const passage = await writer.enter({ write: true });
    await passage.go(never);
    passage.done({ health: 'good' });
  };
  await time.run(write());
  const crowd = process();
  await time.run(Promise.all(Array.from({ length: 20 }, () => refusalOf(crowd.enter({ write: false })))));
  expect(await time.run(refusalOf(process().enter({ write: false })))).toEqual(['SYSTEM_BUSY', 2, 'no']);
  expect(await time.run(refusalOf(writer.enter({ write: true })))).toEqual(['SYSTEM_BUSY', 2, 'no']);
  expect(await time.run(refusalOf(writer.enter({ write: false })))).toEqual(['ok', undefined]);
});

test('a slot, or the turn to find out, whose answer was lost on the way is taken again', async () => {
  const { time, item, process, store, broken, made } = world();
  await time.run(broken(process()));
  await time.run(time.sleep(3_000));
  let lost = 1;
  const careless = process({
    store: {
      ...store,
      change: async (change) => {
        const answer = await store.change(change);
        return lost-- > 0 ? { won: false, state: answer.state } : answer;
      },
    },
  });
  await time.run(made(careless, 'good', false));
  expect([item.state.breaker.state, item.state.held]).toEqual(['closed', {}]);
  lost = 1;
  await time.run(made(careless, 'good'));
  expect(item.state.held).toEqual({});
});

test('who works for nobody that waits takes its turn where others are turned away', async () => {
  const { time, process } = sharedMeter({ perSecond: 10, concurrent: 50 });
  const crowd = process();
  await time.run(Promise.all(Array.from({ length: 20 }, () => refusalOf(crowd.enter({ write: false })))));
  expect(await time.run(refusalOf(process().enter({ write: false })))).toEqual(['SYSTEM_BUSY', 2, 'no']);
  expect(await time.run(refusalOf(process({ patient: true }).enter({ write: false })))).toEqual(['ok', undefined]);
});
