import { CountersignError } from '../errors.ts';
import { intervalOf, lateness, rulesOf } from './limits.ts';
import { type Report, reporting } from './report.ts';
import { type Line, type MeterOptions, type Slot, slotsOf } from './slots.ts';

/** What is wanted for the requests to come. */
export interface Wanted {
  /** Whether one of them modifies anything. */
  readonly write: boolean;
  /** `replay` takes only what nobody live waits for; `live` unless told. */
  readonly traffic?: 'live' | 'replay';
  /** 1 unless told; no more are taken than fit into 200 ms. */
  readonly slots?: number;
}

/** Slots that the next requests of this process use while they are good. */
export interface Reservation {
  /** How many they are. */
  readonly slots: number;
  /** Gives back what nobody used, and waits until it is reported. Never throws. */
  end(): Promise<void>;
}

/** One request on its way. */
export interface Passage {
  /** Waits for the time of the slot; takes another one where it has passed. */
  go(signal: AbortSignal): Promise<void>;
  /** The same for a request that was sent and is sent once more. */
  goAgain(signal: AbortSignal): Promise<void>;
  /** Begins the report of what it came to. */
  done(report: Omit<Report, 'ids'>): void;
}

/**
 * How fast and whether one system is called, over all processes. All throw `SYSTEM_BUSY`, `SYSTEM_PAUSED`,
 * `SYSTEM_THROTTLED`, `SYSTEM_UNAVAILABLE`, surely not applied and with `retryAfter`, and `STORE_UNAVAILABLE`.
 */
export interface Meter {
  /** For who begins something: waits for 1 s at the most, the replay for 2 s. */
  reserve(wanted: Wanted): Promise<Reservation>;
  /** For one request: uses what is reserved, or takes a slot. */
  enter(wanted: { readonly write: boolean }): Promise<Passage>;
  /** Waits until everything that this process has sent is reported. Never throws. */
  settled(): Promise<void>;
}

/** How far ahead a slot may lie and how long it is asked for, in ms: for who begins, and for who has begun. */
const begin = { ahead: 1_000, patience: 1_000 };
const goOn = { ahead: 5_000, patience: 5_000 };
/** The replay takes its next lot just before the last one is over; whoever is further ahead is live. */
const replay = { ahead: 40, patience: 2_000 };
/** What reads within that time after it has written, reads what came of it, in ms. */
const readsAfterWrite = 20_000;
/** Those who wait in one line are in the same position: what they send, and what they have to do until they can. */
const both = (line: Omit<Line, 'write'>) => ({ read: { ...line, write: false }, write: { ...line, write: true } });
const lines = {
  live: both(begin),
  replay: both(replay),
  /** A request for which nothing was reserved, of who begins and of who has begun. */
  first: both(begin),
  further: both(goOn),
  /** Its slot was lost, but not its connection. */
  again: both(goOn),
};
/** The longest time that one reservation takes, in ms. */
const longestLot = 200;

/** The meter of one system in this process. */
export function createMeter(options: MeterOptions): Meter {
  const { limits, now, sleep, random, onLost } = options;
  const { take, commit, used: noteUse } = slotsOf(options);
  const { report, settled } = reporting(commit, { rules: rulesOf(limits), now, random, onLost });
  const lot = Math.max(1, Math.floor(longestLot / intervalOf(limits)));
  const stock = new Set<Slot>();
  let reservations = 0;
  let wroteAt = Number.NEGATIVE_INFINITY;

  const isGood = ({ probe, at }: Slot): boolean => probe || now() <= at + lateness;
  const another = async (write: boolean, used: readonly string[]): Promise<Slot> => {
    const fitting = [...stock].filter((slot) => isGood(slot) && (slot.line.write || !write));
    const [reserved] = fitting.toSorted((a, b) => a.at - b.at);
    if (reserved && stock.delete(reserved)) {
      if (used.length > 0) report({ ids: used, health: 'none' });
      return reserved;
    }
    const late = [...stock].filter((slot) => !isGood(slot) && stock.delete(slot)).map(({ id }) => id);
    if (late.length > 0) report({ ids: late, health: 'none' });
    const hasBegun = reservations > 0 || (!write && now() - wroteAt < readsAfterWrite);
    const position = used.length > 0 ? 'again' : hasBegun ? 'further' : 'first';
    const line = lines[position][write ? 'write' : 'read'];
    const [slot] = await take(line, { count: 1, free: used });
    if (!slot) throw tooLate();
    return slot;
  };
  const enter = async ({ write }: { readonly write: boolean }): Promise<Passage> => {
    let slot = await another(write, []);
    const go = async (signal: AbortSignal): Promise<void> => {
      noteUse(slot);
      for (let tries = 0; tries < 10; tries++) {
        if (!isGood(slot)) {
          slot = await another(write, [slot.id]);
          noteUse(slot);
        }
        while (now() < slot.at && !signal.aborted) await sleep(slot.at - now(), signal);
        if (signal.aborted) break;
        if (isGood(slot)) {
          if (write) wroteAt = now();
          return;
        }
      }
      throw tooLate();
    };
    const goAgain = async (signal: AbortSignal): Promise<void> => {
      slot = await another(write, [slot.id]);
      return go(signal);
    };
    return { go, goAgain, done: (what) => report({ ...what, ids: [slot.id] }) };
  };
  const reserve = async ({ write, traffic = 'live', slots = 1 }: Wanted): Promise<Reservation> => {
    const line = lines[traffic][write ? 'write' : 'read'];
    const mine = await take(line, { count: Math.min(slots, lot), free: [] });
    for (const slot of mine) stock.add(slot);
    reservations++;
    let isOpen = true;
    const giveBack = (): void => {
      isOpen = false;
      reservations--;
      const unused = mine.filter((slot) => stock.delete(slot)).map(({ id }) => id);
      if (unused.length > 0) report({ ids: unused, health: 'none' });
    };
    const end = async (): Promise<void> => {
      if (isOpen) giveBack();
      await settled();
    };
    return { slots: mine.length, end };
  };
  return { reserve, enter, settled };
}

const tooLate = () => new CountersignError('SYSTEM_BUSY', 'It was not its turn in time.', { retryAfter: 1 });
