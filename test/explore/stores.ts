import { randomUUID } from 'node:crypto';
import { sharpClock } from '../../lib/aws/sharp-clock.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { Journal, JournalEntry } from '../../lib/core/journal.ts';
import { evolve, type Operation, type Operations } from '../../lib/core/operation/operation.ts';
import { afterChange, type MeterState, type MeterStore, unusedMeter } from '../../lib/core/resilience/meter-state.ts';
import { operationIndex } from './operation-index.ts';
import type { Process } from './process.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Rules of the operations table that a test may break, to see that it is noticed. */
export interface StoreRules {
  /** Whether a change holds only for the version that was seen. */
  readonly isConditional?: (seen: Operation, next: Operation) => boolean;
  /** Whether an item goes instead of being changed. */
  readonly isDeleted?: (next: Operation) => boolean;
}

/** What all processes share: the tables, and the index behind them by so many ms. */
export function sharedStores(clock: VirtualClock, { indexLag = (): number => 0, rules = {} as StoreRules } = {}) {
  const items = new Map<string, Operation>();
  const journal = new Map<string, JournalEntry>();
  const meter = { state: unusedMeter as MeterState };
  const index = operationIndex();
  const followers: ((image: Operation) => void)[] = [];
  const { isConditional = () => true, isDeleted = () => false } = rules;

  const put = (next: Operation): void => {
    items.set(next.id, next);
    const lag = indexLag();
    if (lag === 0) index.put(next);
    else clock.quietly(clock.now() + lag, () => index.put(next));
    for (const follow of followers) follow(next);
  };
  const remove = (gone: Operation): void => {
    items.delete(gone.id);
    index.remove(gone.id);
  };

  /** The operations as one process sees them; `offset`: how wrong its host's clock is, in ms. */
  const operationsFor = (process: Process, offset = 0): Operations => {
    let told: number | undefined;
    const trip = <T>(go: () => T): Promise<T> =>
      process.trip('operations', () => {
        // The store's answers tell whole seconds.
        told = clock.now() % 1_000;
        return go();
      });
    const now = (): number => (told === undefined ? clock.now() + offset : clock.now() - told);
    return {
      now,
      open: (draft) =>
        trip(() => {
          const existing = items.get(draft.id);
          if (existing) return { won: existing.writtenBy === draft.writtenBy, operation: existing };
          put(draft);
          return { won: true, operation: draft };
        }),
      change: (seen, change) => {
        const next = { ...evolve(seen, change, now()), writtenBy: randomUUID() };
        return trip(() => {
          const existing = items.get(seen.id);
          if (!existing) throw new Error(`${seen.id} is gone`);
          if (existing.version !== seen.version && isConditional(seen, next))
            return { won: false, operation: existing };
          if (isDeleted(next)) remove(next);
          else put(next);
          return { won: true, operation: next };
        });
      },
      get: (id) => trip(() => items.get(id)),
    };
  };

  const journalFor = (process: Process): Journal => ({
    append: (entry) =>
      process.trip('journal', () => {
        const key = `${entry.id} ${entry.version}`;
        if (!journal.has(key)) journal.set(key, entry);
      }),
  });

  const meterFor = (process: Process): MeterStore => {
    const trip = <T>(go: () => T): Promise<T> =>
      process.trip('meter', go).catch((cause: unknown) => {
        throw new CountersignError('STORE_UNAVAILABLE', 'Whether the system may be called cannot be told.', { cause });
      });
    return {
      read: () => trip(() => meter.state),
      change: (change) =>
        trip(() => {
          const after = afterChange(meter.state, change);
          meter.state = after ?? meter.state;
          return { won: after !== undefined, state: meter.state };
        }),
    };
  };

  return {
    items,
    journal,
    meter,
    index,
    operationsFor,
    journalFor,
    meterFor,
    /** Tells of every new image of an operation, in order. */
    follow: (follower: (image: Operation) => void): void => void followers.push(follower),
    /** The events are written down: not a transition. */
    clear: ({ id, version }: Operation): void => {
      const existing = items.get(id);
      if (existing?.version === version) items.set(id, { ...existing, events: [] });
    },
    /** The store's time to the millisecond, as a process works it out. */
    sharpTimeFor: (operations: Operations, offset = 0): (() => number) =>
      sharpClock(operations, { now: () => clock.now() + offset, elapsed: () => clock.now() }),
  };
}

/** The shared stores. */
export type SharedStores = ReturnType<typeof sharedStores>;
