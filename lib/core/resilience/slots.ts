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

/** Takes slots. Throws what `Meter.reserve` says. */
export type TakeSlots = (wish: Wish) => Promise<readonly Slot[]>;

/** How slots are taken, and how anything else is written to the same meter. */
export function slotsOf(options: MeterOptions): { readonly take: TakeSlots; readonly commit: Commit } {
  const { limits, now, sleep, random, newId, frozen } = options;
  const commit = committing(options);
  const lot = Math.max(1, Math.floor(longestLot / intervalOf(limits)));
  const take: TakeSlots = async ({ write, ahead, patience, count = 1, free = [] }) => {
    const ids = Array.from({ length: Math.min(count, lot) }, newId);
    const giveUp = now() + patience;
    for (;;) {
      const taken = await commit((state) => {
        const moment = now();
        const latest = Math.min(moment + ahead, giveUp);
        return admit(state, { ids, write, latest, free }, { limits, now: moment, frozen: frozen?.(moment) });
      });
      if ('decision' in taken) {
        const { change, probe } = taken.decision;
        const { ids: got, interval } = change.take;
        const first = taken.state.nextAt - got.length * interval;
        return got.map((id, n) => ({ id, at: first + n * interval, write, probe }));
      }
      const { full, freeAt = giveUp + 1, refusal } = taken;
      const again = full ? now() + 50 + random() * 100 : freeAt - ahead;
      if (again > giveUp || (!full && freeAt > giveUp)) throw refusal;
      await sleep(Math.max(1, again - now()));
    }
  };
  return { take, commit };
}
