import Big from 'big.js';
import type { Operation } from '../operation/operation.ts';

/** What one call adds to what its agent commits towards one party. */
export interface Commitment {
  readonly agent: string;
  readonly system: string;
  /** Of the contract, e.g. `supplier 17300001`. */
  readonly counterparty: string;
  readonly operationId: string;
  /** Decimal in the policy's currency. */
  readonly value: string;
  /** Epoch ms, by the store's clock. */
  readonly now: number;
}

/** What agents commit towards others within a day, shared by all processes: many small calls are no way around a threshold. */
export interface Totals {
  /**
   * Notes the call and answers the sum of the last 24 hours, this call included, as a decimal. Of two calls at least one
   * sees the other; the same operation counts once, and a retry sees no more than the first call saw. Throws `STORE_UNAVAILABLE`.
   */
  add(commitment: Commitment): Promise<string>;
  /** An operation that ended without effect, for good, counts no longer. */
  forget(commitment: Omit<Commitment, 'value'>): Promise<void>;
}

/** One line of the log that a store keeps for an agent and a party: in the order in which they came, whatever their times say. */
export interface Noted {
  readonly operationId: string;
  /** Decimal in the policy's currency. */
  readonly value: string;
  /** Epoch ms. */
  readonly at: number;
  /** Says that the operation never had an effect. */
  readonly gone?: boolean | undefined;
}

const hour = 3_600_000;
const window = 24 * hour;
/** What clocks of processes may differ by: what one of them no longer counts must not keep its place for another. */
const margin = hour;

/**
 * The sum of the last 24 hours up to an operation that stands in the log. What came after it waits for its own turn, so
 * a retry meets no more than the first call met.
 */
export function sumUpTo(operationId: string, log: readonly Noted[], now: number): string {
  const queue = places(log);
  const counted = queue.slice(0, queue.findIndex((each) => each.operationId === operationId) + 1);
  return counted
    .filter((each) => each.operationId === operationId || (now - each.at < window && !each.gone))
    .reduce((sum, { value }) => sum.plus(value), new Big(0))
    .toFixed();
}

/** The log in as few lines as say the same. */
export const shortened = (log: readonly Noted[], now: number): Noted[] =>
  places(log).filter(({ at }) => now - at < window + margin);

/**
 * One line for each operation, in the place where it was noted first, with the time at which it was noted last. One that
 * nobody asked about for a day has lost its place and stands anew. It counts for the most that was ever asked under its
 * key: that may be what was carried out.
 */
function places(log: readonly Noted[]): Noted[] {
  const known = new Map<string, Noted>();
  for (const line of log) {
    const before = known.get(line.operationId);
    if (before && line.at - before.at < window - margin) known.set(line.operationId, joined(before, line));
    else {
      known.delete(line.operationId);
      known.set(line.operationId, line);
    }
  }
  return [...known.values()];
}

const joined = (before: Noted, line: Noted): Noted => ({
  ...before,
  at: Math.max(before.at, line.at),
  value: new Big(before.value).gt(line.value) ? before.value : line.value,
  ...((before.gone || line.gone) && { gone: true }),
});

type Settled = (operation: Operation) => Promise<true>;

/** Takes an operation that ended without effect from the sums. One that may be sent again still counts. */
export const forgetting =
  (totals: Totals, now: () => number): Settled =>
  async ({ id: operationId, agent, system, commits, reopenable }) => {
    if (commits && !reopenable) await totals.forget({ agent, system, ...commits, operationId, now: now() });
    return true;
  };

/** An operation that waited, for people or for its system, counts from when it took effect. */
export const recounting =
  (totals: Totals, now: () => number): Settled =>
  async ({ id: operationId, agent, system, commits, createdAt, updatedAt }) => {
    const waited = updatedAt - createdAt > hour;
    if (commits && waited && now() - updatedAt < window)
      await totals.add({ agent, system, ...commits, operationId, now: now() });
    return true;
  };
