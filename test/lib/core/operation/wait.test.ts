import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awaitSettled } from '../../../../lib/core/operation/wait.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for an operation in virtual time; answers it and how long that took, in ms. */
async function waited(wait: number, state: 'unknown' | 'attempted', recover: () => Promise<void>) {
  const { operations, state: store } = memoryOperations();
  await operations.open(draftOf('o1', store.now, { state }));
  const from = performance.now();
  const done = awaitSettled('o1', wait, { operations, recover, sleep });
  let took = -1;
  void done.then(() => {
    took = performance.now() - from;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  return { operation: await done, took };
}

test.each([
  0, 5_000, 25_000,
])('a lookup that hangs does not hold the answer beyond its function, waiting %i ms', async (wait) => {
  const { operation, took } = await waited(wait, 'unknown', () => new Promise(() => {}));
  expect(operation?.state).toBe('unknown');
  expect(took).toBeGreaterThanOrEqual(wait);
  expect(took).toBeLessThanOrEqual(26_000);
});

test('what is unknown is looked up once even by who does not wait', async () => {
  const recover = vi.fn(async () => {});
  const { took } = await waited(0, 'unknown', recover);
  expect([recover.mock.calls.length, took]).toEqual([1, 0]);
});

test('what is still running is waited for, not looked up', async () => {
  const recover = vi.fn(async () => {});
  const { took } = await waited(10_000, 'attempted', recover);
  expect([recover.mock.calls.length, took]).toEqual([0, 10_000]);
});
