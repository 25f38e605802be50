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
  /** How far ahead a slot may lie and how long a place is waited for, in ms. */
  readonly patience: number;
  readonly count?: number;
  readonly free?: readonly string[];
}

/** The longest time that one process takes ahead for itself, in ms. */
const longestLot = 200;

/** Takes slots. Throws what `Meter.reserve` says. */
export type TakeSlots = (wish: Wish) => Promise<readonly Slot[]>;

/** How slots are taken, and how anything else is written to the same meter. */
export function slotsOf(options: MeterOptions): { readonly take: TakeSlots; readonly commit: Commit } {
  const { limits, now, sleep, random, newId, frozen } = options;
  const commit = committing(options);
  const lot = Math.max(1, Math.floor(longestLot / intervalOf(limits)));
  const take: TakeSlots = async ({ write, patience, count = 1, free = [] }) => {
    const ids = Array.from({ length: Math.min(count, lot) }, newId);
    const latest = now() + patience;
    for (;;) {
      const taken = await commit((state) => {
        const moment = now();
        return admit(state, { ids, write, latest, free }, { limits, now: moment, frozen: frozen?.(moment) });
      });
      if ('decision' in taken) {
        const { change, probe } = taken.decision;
        const { ids: got, interval } = change.take;
        const first = taken.state.nextAt - got.length * interval;
        return got.map((id, n) => ({ id, at: first + n * interval, write, probe }));
      }
      if (!taken.full || now() >= latest) throw taken.refusal;
      await sleep(10 + random() * 40);
    }
  };
  return { take, commit };
}
