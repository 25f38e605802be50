import { CountersignError } from '../errors.ts';
import { intervalOf, lateness, rulesOf } from './limits.ts';
import { type Report, reporting } from './report.ts';
import { type Line, type MeterOptions, type Slot, type Slots, slotsOf } from './slots.ts';
import { type Stock, stockOf } from './stock.ts';

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
  const { limits, now, random, onLost, patient = false } = options;
  const slots = slotsOf(options);
  const { report, settled } = reporting(slots.commit, { rules: rulesOf(limits), now, random, onLost });
  const stock = stockOf(({ probe, at }) => probe || now() <= at + lateness);
  const lot = Math.max(1, Math.floor(longestLot / intervalOf(limits)));
  const process: Process = { slots, stock, report, patient, reservations: 0, wroteAt: Number.NEGATIVE_INFINITY };
  const giveBack = (mine: readonly Slot[]): void => {
    process.reservations--;
    giveUp(stock.rest(mine), report);
  };
  const reserve = async ({ write, traffic = 'live', slots: wanted = 1 }: Wanted): Promise<Reservation> => {
    const line = lines[traffic][write ? 'write' : 'read'];
    const mine = await slots.take(line, { count: Math.min(wanted, lot), free: [] });
    stock.put(mine);
    process.reservations++;
    let isOpen = true;
    const end = async (): Promise<void> => {
      if (isOpen) giveBack(mine);
      isOpen = false;
      await settled();
    };
    return { slots: mine.length, end };
  };
  return { reserve, settled, enter: ({ write }) => passing(write, { process, ...options }) };
}

/** What the requests of one process share. */
interface Process {
  readonly slots: Slots;
  readonly stock: Stock;
  report(what: Report): void;
  readonly patient: boolean;
  reservations: number;
  /** When it last sent something that modifies. */
  wroteAt: number;
}

const giveUp = (slots: readonly Slot[], report: Process['report']): void => {
  if (slots.length > 0) report({ ids: slots.map(({ id }) => id), health: 'none' });
};

async function passing(
  write: boolean,
  { process, now, sleep }: Pick<MeterOptions, 'now' | 'sleep'> & { readonly process: Process },
): Promise<Passage> {
  const { slots, report } = process;
  let slot = await another(process, { write, now: now() });
  const isLate = (): boolean => !slot.probe && now() > slot.at + lateness;
  const replace = async (): Promise<void> => {
    slot = await another(process, { write, used: slot, now: now() });
    slots.used(slot);
  };
  const go = async (signal: AbortSignal): Promise<void> => {
    for (let tries = 0; tries < 10; tries++) {
      if (isLate()) await replace();
      while (now() < slot.at && !signal.aborted) await sleep(Math.max(0, slot.at - now()), signal);
      if (signal.aborted) break;
      if (isLate()) continue;
      if (write) process.wroteAt = now();
      return;
    }
    throw new CountersignError('SYSTEM_BUSY', 'It was not its turn in time.', { retryAfter: 1 });
  };
  return {
    go: async (signal) => {
      slots.used(slot);
      await go(signal);
    },
    goAgain: async (signal) => {
      await replace();
      await go(signal);
    },
    done: (what) => report({ ...what, ids: [slot.id] }),
  };
}

/** A slot that was reserved, or else a new one; `used` is given up for it. */
async function another(
  { slots, stock, report, patient, reservations, wroteAt }: Process,
  { write, used, now }: { readonly write: boolean; readonly used?: Slot; readonly now: number },
): Promise<Slot> {
  const reserved = stock.draw(write);
  if (reserved) {
    if (used) giveUp([used], report);
    return reserved;
  }
  giveUp(stock.late(), report);
  const hasBegun = patient || reservations > 0 || (!write && now - wroteAt < readsAfterWrite);
  const line = lines[used ? 'again' : hasBegun ? 'further' : 'first'][write ? 'write' : 'read'];
  const [slot] = await slots.take(line, { count: 1, free: used ? [used.id] : [] });
  if (!slot) throw new CountersignError('SYSTEM_BUSY', 'There was no slot.', { retryAfter: 1 });
  return slot;
}
