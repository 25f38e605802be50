import { expect, test } from 'vitest';
import { sharpClock } from '../../../lib/aws/sharp-clock.ts';

/** A host that is `ahead` of DynamoDB by so much, and asks it every now and then. */
function host(ahead: number) {
  const time = { true: 1_000_000_400, lag: 0 };
  let told: number | undefined;
  let toldAt = 0;
  const elapsed = () => time.true - 999_000_000;
  const table = { now: () => (told === undefined ? time.true + ahead : told + time.true - toldAt) };
  const now = sharpClock(table, { now: () => time.true + ahead, elapsed });
  return {
    now,
    time,
    ask: () => {
      told = Math.floor(time.true / 1000) * 1000;
      toldAt = time.true;
      now();
    },
  };
}

test('a host whose clock is right is believed to the millisecond', () => {
  const { now, time, ask } = host(0);
  ask();
  for (const passed of [3, 700, 1_234]) {
    time.true += passed;
    expect(now()).toBe(time.true);
    ask();
    expect(now()).toBe(time.true);
  }
});

test.each([
  3_600_000, -3_600_000, 5_000,
])('a clock that is %d ms off is not, and the answers tell the time better and better', (ahead) => {
  const { now, time, ask } = host(ahead);
  ask();
  expect(Math.abs(now() - time.true)).toBeLessThan(1_000);
  for (let n = 0; n < 40; n++) {
    time.true += 77;
    const before = now();
    ask();
    expect(now()).toBeGreaterThanOrEqual(before);
    expect(now()).toBeLessThanOrEqual(time.true);
  }
  expect(time.true - now()).toBeLessThan(40);
});

test('a clock that is moved is followed', () => {
  const { now, time, ask } = host(0);
  ask();
  time.true += 4 * 3_600_000;
  ask();
  expect(Math.abs(now() - time.true)).toBeLessThan(1_000);
});
