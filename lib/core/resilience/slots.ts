import { admit, type Freeze, type Refused } from './admission.ts';
import { type Commit, committing } from './commit.ts';
import type { Limits } from './limits.ts';
import type { MeterState, MeterStore, Take } from './meter-state.ts';

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

/** Who waits together. */
export interface Line {
  readonly write: boolean;
  /** How far ahead a slot may lie, in ms. */
  readonly ahead: number;
  /** How long one is asked for, in ms. */
  readonly patience: number;
}

/** What one of them wants. */
interface Wish {
  readonly count: number;
  /** Slots that are given back with it. */
  readonly free: readonly string[];
}

interface Waiter extends Wish {
  waited: number;
  resolve(slots: readonly Slot[]): void;
  reject(error: unknown): void;
}

/** A way to the store that takes longer is not waited for in advance, in ms. */
const longestTrip = 200;

/** Takes slots; throws what `Meter.reserve` says. All of a line that wait at the same time are served by one write. */
export type TakeSlots = (line: Line, wish: Wish) => Promise<readonly Slot[]>;

/** How slots are taken, and how anything else is written to the same meter. */
export function slotsOf(options: MeterOptions): { readonly take: TakeSlots; readonly commit: Commit } {
  const commit = committing(options);
  const lines = new Map<string, Waiter[]>();
  const serve = serving(options, commit);
  const served = async (key: string, line: Line, waiting: Waiter[]): Promise<void> => {
    lines.set(key, waiting);
    while (waiting.length > 0) await serve(line, waiting);
    lines.delete(key);
  };
  const take: TakeSlots = (line, wish) =>
    new Promise((resolve, reject) => {
      const key = JSON.stringify(line);
      const waiter = { ...wish, waited: 0, resolve, reject };
      const waiting = lines.get(key);
      if (waiting) waiting.push(waiter);
      else void served(key, line, [waiter]);
    });
  return { take, commit };
}

/** Serves those who wait in a line now, by one write, or lets them wait. Counted is what was waited: the first answer may tell that the clock was wrong. */
function serving({ limits, now, sleep, random, newId, frozen }: MeterOptions, commit: Commit) {
  /** What a way to the store takes as a rule, in ms: a slot that has passed when it is known is of no use. */
  let trip = 0;
  const asked = async ({ write, ahead, patience }: Line, batch: readonly Waiter[]) => {
    const ids = batch.flatMap(({ count }) => Array.from({ length: count }, newId));
    const free = batch.flatMap((waiter) => waiter.free);
    const longest = Math.max(...batch.map(({ waited }) => waited));
    let moment = now();
    const taken = await commit((state) => {
      moment = now();
      const latest = moment + Math.min(ahead, patience - longest);
      const ask = { ids, write, free, earliest: moment + trip, latest };
      return admit(state, ask, { limits, now: moment, frozen: frozen?.(moment) });
    });
    if ('decision' in taken) trip = Math.min(longestTrip, (trip + Math.max(0, now() - moment)) / 2);
    return { taken, moment };
  };
  return async (line: Line, waiting: Waiter[]): Promise<void> => {
    const batch = [...waiting];
    try {
      const { taken, moment } = await asked(line, batch);
      if ('refusal' in taken) return await putOff(waiting, { line, batch, refused: taken, moment });
      const { change, probe } = taken.decision;
      handOut(waiting, slotsIn(taken.state, change.take, { write: line.write, probe }));
    } catch (error) {
      leave(waiting, batch, error);
    }
  };

  /** Sends those away who would have to wait for too long, and lets the others wait. */
  async function putOff(
    waiting: Waiter[],
    on: { readonly line: Line; readonly batch: readonly Waiter[]; readonly refused: Refused; readonly moment: number },
  ): Promise<void> {
    const { full, freeAt = Number.POSITIVE_INFINITY, refusal } = on.refused;
    const needed = full ? 50 + random() * 100 : freeAt - on.moment;
    leave(
      waiting,
      on.batch.filter(({ waited }) => waited + needed > on.line.patience),
      refusal,
    );
    if (waiting.length === 0) return;
    const wait = full ? needed : Math.max(1, Math.min(needed, on.line.patience) - on.line.ahead);
    await sleep(wait);
    for (const waiter of waiting) waiter.waited += wait;
  }
}

function slotsIn(
  { nextAt }: MeterState,
  { ids, interval }: Take,
  { write, probe }: Pick<Slot, 'write' | 'probe'>,
): Slot[] {
  const first = nextAt - ids.length * interval;
  return ids.map((id, n) => ({ id, at: first + n * interval, write, probe }));
}

/** Who came first is served first; what nobody got is asked for again. */
function handOut(waiting: Waiter[], slots: readonly Slot[]): void {
  const left = [...slots];
  while (left.length > 0) {
    const waiter = waiting.shift();
    if (!waiter) return;
    waiter.resolve(left.splice(0, waiter.count));
  }
}

function leave(waiting: Waiter[], who: readonly Waiter[], error: unknown): void {
  for (const waiter of who) {
    waiting.splice(waiting.indexOf(waiter), 1);
    waiter.reject(error);
  }
}
