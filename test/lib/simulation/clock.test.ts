import { describe, expect, it } from 'vitest';
import { simulationClock } from '../../../lib/simulation/clock.ts';

const own = () => {
  const offsets: number[] = [];
  return { offsets, clock: simulationClock({ offset: 0, moved: (offset) => offsets.push(offset) }) };
};

describe('the clock of a simulator', () => {
  it('wakes those whose time has come when it is advanced, and nobody else', async () => {
    const { clock, offsets } = own();
    const woken: string[] = [];
    const soon = clock.waitUntil(clock.now() + 60_000).then(() => woken.push('soon'));
    void clock.waitUntil(clock.now() + 600_000).then(() => woken.push('later'));
    clock.advance?.(60_000);
    await soon;
    expect(woken).toEqual(['soon']);
    expect(offsets).toEqual([60_000]);
  });

  it('wakes at once for what is past or given up', async () => {
    const { clock } = own();
    await clock.waitUntil(clock.now() - 1);
    await clock.waitUntil(clock.now() + 1e9, AbortSignal.abort());
    const giveUp = new AbortController();
    const waiting = clock.waitUntil(clock.now() + 1e9, giveUp.signal);
    giveUp.abort();
    await waiting;
  });

  it('follows a clock that is moved elsewhere, and cannot move it', async () => {
    let now = 1000;
    const clock = simulationClock({ injected: { now: () => now }, offset: 5, moved: () => {} });
    expect([clock.now(), clock.advance]).toEqual([1000, undefined]);
    const waiting = clock.waitUntil(2000);
    now = 2000;
    await waiting;
  });

  it('starts as far ahead as it had been moved before', () => {
    const clock = simulationClock({ offset: 3_600_000, moved: () => {} });
    expect(clock.now() - Date.now()).toBeGreaterThan(3_590_000);
  });
});
