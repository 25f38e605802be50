import { admit, type Freeze } from './admission.ts';
import { type Commit, committing } from './commit.ts';
import { intervalOf, type Limits } from './limits.ts';
import type { MeterStore } from './meter-state.ts';

/** What a meter stands on; times in ms. */
export interface MeterOptions {
  readonly store: MeterStore;
  readonly limits: Limits;
  /** The clock that all processes share. */
  now(): number;
  /** Ends early when the signal fires, and never throws. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1. */
  random(): number;
  newId(): string;
  /** The freeze window of the configuration that a moment lies in. */
  frozen?(now: number): Freeze | undefined;
  /** Told of a report that the store did not take; the place ends by itself. */
  onLost(error: unknown): void;
}

/** The right to send one request at one time. */
export interface Slot {
  readonly id: string;
  readonly at: number;
  readonly write: boolean;
  /** It finds out whether the system is back, at any time. */
  readonly probe: boolean;
}

interface Wish {
  readonly write: boolean;
  /** How far ahead a slot may lie, in ms. */
  readonly ahead: number;
  /** How long it may take, in ms. */
  readonly patience: number;
  readonly count?: number;
  readonly free?: readonly string[];
}

/** The longest time that one process takes ahead for itself, in ms. */
const longestLot = 200;
const longestTrip = 200;

/** Takes slots. Throws what `Meter.reserve` says. */
export type TakeSlots = (wish: Wish) => Promise<readonly Slot[]>;

/** How slots are taken, and how anything else is written to the same meter. */
export function slotsOf(options: MeterOptions): { readonly take: TakeSlots; readonly commit: Commit } {
  const { limits, now, sleep, random, newId, frozen } = options;
  const commit = committing(options);
  const lot = Math.max(1, Math.floor(longestLot / intervalOf(limits)));
  /** What a way to the store takes as a rule, in ms: a slot that has passed when it is known is of no use. */
  let trip = 0;
  const take: TakeSlots = async ({ write, ahead, patience, count = 1, free = [] }) => {
    const ids = Array.from({ length: Math.min(count, lot) }, newId);
    // Counted by what was waited: the first answer may tell that the clock was wrong.
    for (let waited = 0; ; ) {
      let asked = now();
      const taken = await commit((state) => {
        asked = now();
        const ask = { ids, write, free, earliest: asked + trip, latest: asked + Math.min(ahead, patience - waited) };
        return admit(state, ask, { limits, now: asked, frozen: frozen?.(asked) });
      });
      if ('decision' in taken) {
        const { change, probe } = taken.decision;
        const { ids: got, interval } = change.take;
        const first = taken.state.nextAt - got.length * interval;
        trip = Math.min(longestTrip, (trip + Math.max(0, now() - asked)) / 2);
        return got.map((id, n) => ({ id, at: first + n * interval, write, probe }));
      }
      const { full, freeAt = Number.POSITIVE_INFINITY, refusal } = taken;
      const needed = full ? 50 + random() * 100 : freeAt - asked;
      if (waited + needed > patience) throw refusal;
      const wait = full ? needed : Math.max(1, needed - ahead);
      waited += wait;
      await sleep(wait);
    }
  };
  return { take, commit };
}
