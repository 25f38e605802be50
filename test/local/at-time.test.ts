import { expect, test, vi } from 'vitest';
import { atTime } from '../../local/at-time.ts';
import { localClock } from '../../local/clock.ts';

test('what is due runs when the clock is advanced to it, once, and not before', async () => {
  const clock = localClock({ host: () => 1_000 });
  const run = vi.fn();
  atTime(clock, clock.now() + 40 * 86_400_000, run);
  clock.advance(39 * 86_400_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(run).not.toHaveBeenCalled();
  clock.advance(86_400_000);
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1));
  clock.advance(86_400_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(run).toHaveBeenCalledTimes(1);
});

test('what is due already runs later all the same, and can be stopped until then', async () => {
  const clock = localClock({});
  const [stopped, run] = [vi.fn(), vi.fn()];
  atTime(clock, 0, stopped)();
  atTime(clock, 0, run);
  expect(run).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(run).toHaveBeenCalled());
  expect(stopped).not.toHaveBeenCalled();
});

test('the clock never runs backwards', () => {
  const saved: number[] = [];
  const clock = localClock({ host: () => 0, offset: 5, save: (offset) => saved.push(offset) });
  clock.advance(10);
  expect(clock.now()).toBe(15);
  expect(saved).toEqual([15]);
  expect(() => clock.advance(-1)).toThrow(RangeError);
  expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
});
