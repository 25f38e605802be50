import { isCountersignError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Meter } from './meter.ts';

/** Longest time that one trip to the ledger may take, in ms. */
const longestTrip = 10_000;

/** Lets every trip of a system to the ledger pass its meter: a system that is paused is not written to, whoever keeps its books. */
export function meteredLedger(next: Ledger, meter: Meter): Ledger {
  const pass = async <T>(write: boolean, signal: AbortSignal, go: () => Promise<T>): Promise<T> => {
    const passage = await meter.enter({ write });
    let health: 'good' | 'bad' | 'none' = 'none';
    try {
      await passage.go(signal);
      const answer = await go();
      health = 'good';
      return answer;
    } catch (error) {
      // What we refused ourselves says nothing about the ledger.
      if (isCountersignError(error) && error.code === 'STORE_UNAVAILABLE') health = 'bad';
      throw error;
    } finally {
      passage.done({ health });
    }
  };
  return {
    get: (id) => pass(false, AbortSignal.timeout(longestTrip), () => next.get(id)),
    put: (record, options = {}) =>
      pass(true, options.signal ?? AbortSignal.timeout(longestTrip), () => next.put(record, options)),
  };
}
