import { isFinal, isOverdue, type Operation, type Operations } from './operation.ts';

/** How soon it is looked at again, in ms: what ends soon is told soon, and what takes long is not asked for often. */
const lookAfter = (waited: number): number => Math.min(500, Math.max(100, waited / 2));
const recoverEvery = 5_000;
/** When a lookup is no longer waited for, in ms: the function that waits ends after 28 s. What it finds out stays. */
const lookupUntil = 26_000;

/** What waiting needs; `sleep` resolves after that many ms. */
export interface Waiting {
  readonly operations: Pick<Operations, 'get' | 'now'>;
  /** Asks the system what became of the operation. */
  recover(operation: Operation): Promise<void>;
  sleep(ms: number): Promise<void>;
}

/** The operation once it is settled, or as it is after `wait` ms. What is overdue is looked up first. */
export async function awaitSettled(
  id: string,
  wait: number,
  { operations, recover, sleep }: Waiting,
): Promise<Operation | undefined> {
  const from = performance.now();
  const until = from + wait;
  let lookedUp = Number.NEGATIVE_INFINITY;
  for (;;) {
    const operation = await operations.get(id);
    if (!operation || isSettled(operation)) return operation;
    if (isOverdue(operation, operations.now()) && performance.now() - lookedUp > recoverEvery) {
      await Promise.race([recover(operation), sleep(Math.max(0, from + lookupUntil - performance.now()))]);
      lookedUp = performance.now();
      continue;
    }
    const left = until - performance.now();
    if (left <= 0) return operation;
    await sleep(Math.min(lookAfter(performance.now() - from), left));
  }
}

/** Nothing further happens by itself. */
const isSettled = (operation: Operation): boolean =>
  isFinal(operation) || ['not_applied', 'review', 'dead'].includes(operation.state);
