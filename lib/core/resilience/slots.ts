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
  /** No agent waits for what this process does: it waits for its turn longer, instead of being turned away. */
  readonly patient?: boolean;
  /** Told of a report that the store did not take; the place ends by itself. */
  onLost(error: unknown): void;
}

/** The right to send one request at one time. */
export interface Slot {
  readonly id: string;
  readonly at: number;
  /** When it was asked for. */
  readonly asked: number;
  readonly line: Line;
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

/** What takes longer between asking for a slot and using it is not allowed for, in ms. */
const longestLead = 500;

/** Takes slots; throws what `Meter.reserve` says. All of a line that wait at the same time are served by one write. */
export type TakeSlots = (line: Line, wish: Wish) => Promise<readonly Slot[]>;

/** How slots are taken, and how anything else is written to the same meter. */
export interface Slots {
  readonly take: TakeSlots;
  readonly commit: Commit;
  /** Told when a slot would be used, whatever its time is. */
  used(slot: Slot): void;
}

/** The slots of one process. */
export function slotsOf(options: MeterOptions): Slots {
  const commit = committing(options);
  const lines = new Map<Line, Waiter[]>();
  /** What passes in each line between asking and using, in ms: a slot whose time is over by then is lost to everybody. */
  const leads = new Map<Line, number>();
  const leadOf = (line: Line): number => leads.get(line) ?? 0;
  const serve = serving(options, { commit, leadOf });
  const served = async (line: Line, waiting: Waiter[]): Promise<void> => {
    lines.set(line, waiting);
    while (waiting.length > 0) await serve(line, waiting);
    lines.delete(line);
  };
  const take: TakeSlots = (line, wish) =>
    new Promise((resolve, reject) => {
      const waiter = { ...wish, waited: 0, resolve, reject };
      const waiting = lines.get(line);
      if (waiting) waiting.push(waiter);
      else void served(line, [waiter]);
    });
  const used = ({ line, asked }: Slot): void => {
    const passed = Math.min(longestLead, Math.max(0, options.now() - asked));
    leads.set(line, (leadOf(line) + passed) / 2);
  };
  return { take, commit, used };
}

/** Serves those who wait in a line now, by one write, or lets them wait. Counted is what was waited: the first answer may tell that the clock was wrong. */
function serving(
  { limits, now, sleep, random, newId, frozen }: MeterOptions,
  { commit, leadOf }: { readonly commit: Commit; leadOf(line: Line): number },
) {
  const asked = async (line: Line, batch: readonly Waiter[]) => {
    const { write, ahead, patience } = line;
    const ids = batch.flatMap(({ count }) => Array.from({ length: count }, newId));
    const free = batch.flatMap((waiter) => waiter.free);
    const longest = Math.max(...batch.map(({ waited }) => waited));
    let moment = now();
    const taken = await commit((state) => {
      moment = now();
      const earliest = moment + leadOf(line);
      const latest = earliest + Math.min(ahead, patience - longest);
      const ask = { ids, write, free, earliest, latest };
      return admit(state, ask, { limits, now: moment, frozen: frozen?.(moment) });
    });
    return { taken, moment };
  };
  return async (line: Line, waiting: Waiter[]): Promise<void> => {
    const batch = [...waiting];
    try {
      const { taken, moment } = await asked(line, batch);
      if ('refusal' in taken) return await putOff(waiting, { line, batch, refused: taken, moment });
      const { change, probe } = taken.decision;
      handOut(waiting, slotsIn(taken.state, change.take, { asked: moment, line, probe }));
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
    const needed = full ? 50 + random() * 100 : freeAt - on.moment - leadOf(on.line);
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
  facts: Pick<Slot, 'asked' | 'line' | 'probe'>,
): Slot[] {
  const first = nextAt - ids.length * interval;
  return ids.map((id, n) => ({ id, at: first + n * interval, ...facts }));
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
