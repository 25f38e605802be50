import { randomUUID } from 'node:crypto';
import { sharpClock } from '../../lib/aws/sharp-clock.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { Journal, JournalEntry } from '../../lib/core/journal.ts';
import { evolve, type Operation, type Operations } from '../../lib/core/operation/operation.ts';
import { afterChange, type MeterState, type MeterStore, unusedMeter } from '../../lib/core/resilience/meter-state.ts';
import { operationIndex } from './operation-index.ts';
import { type Place, type Process, WayLost } from './process.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Rules of the operations table that a test may break, to see that it is noticed. */
export interface StoreRules {
  /** Whether a change holds only for the version that was seen. */
  readonly isConditional?: (seen: Operation, next: Operation) => boolean;
  /** Whether an item goes instead of being changed. */
  readonly isDeleted?: (seen: Operation, next: Operation) => boolean;
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

  /** The tables as one process sees them; `offset`: how wrong its host's clock is, in ms. */
  const portsFor = (process: Process, offset = 0) => {
    let told: number | undefined;
    const trip = <T>(place: Place, go: () => T): Promise<T> =>
      process.trip(place, () => {
        // The store's answers tell whole seconds.
        told = clock.now() % 1_000;
        return go();
      });
    const now = (): number => (told === undefined ? clock.now() + offset : clock.now() - told);
    const operations: Operations = {
      now,
      open: (draft) =>
        trip('operations', () => {
          const existing = items.get(draft.id);
          if (existing) return { won: existing.writtenBy === draft.writtenBy, operation: existing };
          put(draft);
          return { won: true, operation: draft };
        }),
      change: (seen, change) => {
        const next = { ...evolve(seen, change, now()), writtenBy: randomUUID() };
        return trip('operations', () => {
          const existing = items.get(seen.id);
          if (!existing) throw new WayLost(`${seen.id} is gone`);
          if (existing.version !== seen.version && isConditional(seen, next))
            return { won: false, operation: existing };
          if (isDeleted(seen, next)) remove(next);
          else put(next);
          return { won: true, operation: next };
        });
      },
      get: (id) => trip('operations', () => items.get(id)),
    };
    const append: Journal['append'] = (entry) =>
      trip('journal', () => {
        const key = `${entry.id} ${entry.version}`;
        if (!journal.has(key)) journal.set(key, entry);
      });
    const metering = <T>(go: () => T): Promise<T> =>
      trip('meter', go).catch((cause: unknown) => {
        throw new CountersignError('STORE_UNAVAILABLE', 'Whether the system may be called cannot be told.', { cause });
      });
    const meterStore: MeterStore = {
      read: () => metering(() => meter.state),
      change: (change) =>
        metering(() => {
          const after = afterChange(meter.state, change);
          meter.state = after ?? meter.state;
          return { won: after !== undefined, state: meter.state };
        }),
    };
    return {
      ...{ operations, meterStore, journal: { append } },
      firstOf: (lane: string) => trip('index', () => index.firstOf(lane)),
      before: (partition: string, moment: number, only: 'queued' | 'others') =>
        trip('index', () => index.before(partition, moment, only)),
      clear: ({ id, version }: Operation) =>
        trip('operations', () => {
          const existing = items.get(id);
          if (existing?.version === version) items.set(id, { ...existing, events: [] });
        }),
      /** The store's time to the millisecond, as the process works it out. */
      sharpTime: sharpClock({ now }, { now: () => clock.now() + offset, elapsed: clock.now }),
    };
  };

  return {
    items,
    journal,
    meter,
    index,
    portsFor,
    /** Tells of every new image of an operation, in order. */
    follow: (follower: (image: Operation) => void): void => void followers.push(follower),
  };
}

/** The shared stores. */
export type SharedStores = ReturnType<typeof sharedStores>;
