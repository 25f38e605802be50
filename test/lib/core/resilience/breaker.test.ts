import { expect, test } from 'vitest';
import { afterBad, afterGood, afterNone } from '../../../../lib/core/resilience/breaker.ts';
import { rulesOf } from '../../../../lib/core/resilience/limits.ts';
import { type Breaker, unusedMeter } from '../../../../lib/core/resilience/meter-state.ts';

const rules = rulesOf({ perSecond: 10, concurrent: 5 });
const at = { id: 'slot', now: 1_000_000, calls: 1, random: 1 };
const { breaker: fresh } = unusedMeter;

/** Outcomes one after the other, a second apart: `-` is a failure. */
function after(outcomes: string, from: Breaker = fresh): Breaker {
  let breaker = from;
  [...outcomes].forEach((outcome, n) => {
    const verdict = { ...at, now: at.now + n * 1_000, calls: n + 1 };
    breaker = outcome === '-' ? afterBad(breaker, verdict, rules) : afterGood(breaker, verdict);
  });
  return breaker;
}

test.each([
  ['----', 'closed'],
  ['-----', 'open'],
  ['----+----', 'closed'],
  ['++++++++++++++++++++', 'closed'],
  // Half of at least twenty, counted from the first failure on.
  ['+-'.repeat(11), 'open'],
  ['+-'.repeat(10), 'closed'],
  ['++-++-++-++-++-++-++-++-++-++-', 'closed'],
])('%s leaves it %s', (outcomes, state) => {
  expect(after(outcomes).state).toBe(state);
});

test('failures of an earlier window are forgotten', () => {
  let breaker = after('+-+-+-+-+-+-+-+-+-');
  breaker = afterBad(breaker, { ...at, now: at.now + 100_000, calls: 19 }, rules);
  expect(breaker).toMatchObject({ state: 'closed', window: { calls: 18, failures: 1 } });
});

test('what began before it opened neither closes it nor keeps it open for longer', () => {
  const open = after('-----');
  expect(afterBad(open, at, rules)).toBe(open);
  expect(afterGood(open, at)).toBe(open);
  const halfOpen: Breaker = { state: 'half-open', since: 1, until: 2, openings: 1, probe: 'another' };
  expect(afterBad(halfOpen, at, rules)).toBe(halfOpen);
  expect(afterGood(halfOpen, at)).toBe(halfOpen);
  expect(afterNone(halfOpen, at)).toBe(halfOpen);
});

test('only the probe closes it, opens it again, or gives its turn to another', () => {
  const halfOpen: Breaker = { state: 'half-open', since: 1, until: 2, openings: 1, probe: 'slot' };
  expect(afterGood(halfOpen, at)).toMatchObject({ state: 'closed', since: at.now, openings: 1 });
  expect(afterBad(halfOpen, at, rules)).toMatchObject({ state: 'open', since: 1, until: at.now + 10_000, openings: 2 });
  expect(afterNone(halfOpen, at)).toMatchObject({ state: 'open', until: at.now, openings: 1 });
});

test('it stays open twice as long each time, within a limit, at random, and never for no time', () => {
  const openFor = (openings: number, random: number) => {
    const halfOpen: Breaker = { state: 'half-open', since: 1, until: 2, openings, probe: 'slot' };
    const open = afterBad(halfOpen, { ...at, random }, rules);
    return open.state === 'open' ? open.until - at.now : 0;
  };
  expect([0, 1, 2, 3, 4, 400].map((openings) => openFor(openings, 1))).toEqual(
    [5, 10, 20, 40, 60, 60].map((s) => s * 1_000),
  );
  expect(openFor(3, 0.25)).toBe(10_000);
  expect(openFor(3, 0)).toBe(1_000);
});

test('who stayed closed for five minutes begins anew, who did not goes on where it was', () => {
  const closed = (since: number): Breaker => ({
    ...{ state: 'closed', since, failures: 4, openings: 3 },
    window: { from: since, calls: 0, failures: 4 },
  });
  expect(afterBad(closed(at.now - 299_000), at, rules)).toMatchObject({ state: 'open', openings: 4 });
  expect(afterBad(closed(at.now - 301_000), at, rules)).toMatchObject({ state: 'open', openings: 1 });
});
