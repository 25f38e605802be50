import { isCountersignError } from '../errors.ts';
import type { Replayed, Turn } from './replay.ts';

/** A turn as the queue hands it out: nobody else gets it, nor another of its group, until it is given back. */
export interface Ticket {
  readonly turn: Turn;
  readonly group: string;
  /** It is dealt with. */
  done(): Promise<void>;
  /** It comes again after that many seconds. */
  later(seconds: number): Promise<void>;
}

/** What draining a backlog stands on. */
export interface Draining {
  /** Up to that many turns; none when there is nothing to do now. */
  receive(most: number): Promise<readonly Ticket[]>;
  /** Waits until the system takes one more, and answers what gives back what was not used. Throws as a meter does. */
  admitted(): Promise<{ end(): Promise<void> }>;
  /** Finds out whether a system that failed is back. Throws when it is not. */
  probe(): Promise<void>;
  take(turn: Turn): Promise<Replayed>;
  /** Gives a turn to what waits and has lost its own; answers how many. */
  sweep(): Promise<number>;
  readonly now: () => number;
  sleep(ms: number): Promise<void>;
  /** Told of what a turn threw; the turn comes again. */
  failed(turn: Turn, error: unknown): void;
}

/** What draining came to. */
export interface Drained {
  readonly turns: number;
  /** Why it stopped before its time: nothing is left, or the code with which the system is closed. */
  readonly stopped: string;
}

/** When a turn comes again whose lane somebody is at work in, in seconds. */
const whileAtWork = 30;

/**
 * Carries the backlog of one system out until a moment, with so many at a time, as fast as the system takes it. Stops
 * when the backlog is empty or the system closed; what was received and not begun goes back at once.
 */
export async function drain(on: Draining, { until, workers }: { until: number; workers: number }): Promise<Drained> {
  const hand: Ticket[] = [];
  const groups = new Set<string>();
  const state = { turns: 0, stopped: '' };
  let receiving: Promise<void> | undefined;

  const refill = async (): Promise<void> => {
    const tickets = await on.receive(10);
    hand.push(...tickets);
    if (tickets.length === 0 && groups.size === 0 && hand.length === 0)
      state.stopped = (await on.sweep()) > 0 ? 'swept' : 'empty';
  };
  const next = async (): Promise<Ticket | undefined> => {
    while (!state.stopped && on.now() < until) {
      const index = hand.findIndex(({ group }) => !groups.has(group));
      const [ticket] = index < 0 ? [] : hand.splice(index, 1);
      if (ticket) {
        groups.add(ticket.group);
        return ticket;
      }
      receiving ??= refill().finally(() => {
        receiving = undefined;
      });
      await receiving;
      if (hand.every(({ group }) => groups.has(group))) await on.sleep(50);
    }
    return undefined;
  };
  const work = async (): Promise<void> => {
    for (let ticket = await next(); ticket; ticket = await next()) {
      await serve(ticket, { on, until, state }).finally(() => groups.delete(ticket.group));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await Promise.all(hand.map((ticket) => ticket.later(0)));
  return { turns: state.turns, stopped: state.stopped || 'time is over' };
}

interface Serving {
  readonly on: Draining;
  readonly until: number;
  readonly state: { turns: number; stopped: string };
}

async function serve(ticket: Ticket, { on, until, state }: Serving): Promise<void> {
  try {
    for (let taken: Replayed = 'next'; taken === 'next'; ) {
      const slot = on.now() < until ? await admittance({ on, until, state }) : undefined;
      if (!slot) return await ticket.later(0);
      taken = await on.take(ticket.turn).finally(() => slot.end());
      state.turns++;
      if (taken === 'wait') return await ticket.later(whileAtWork);
    }
    await ticket.done();
  } catch (error) {
    on.failed(ticket.turn, error);
    await ticket.later(whileAtWork);
  }
}

/** A place at the system; none where it is closed, or the time is over before there is one. */
async function admittance({ on, until, state }: Serving): Promise<{ end(): Promise<void> } | undefined> {
  while (!state.stopped && on.now() < until)
    try {
      return await on.admitted();
    } catch (error) {
      if (!isCountersignError(error)) throw error;
      const wait = (error.retryAfter ?? 1) * 1000;
      if (error.code === 'SYSTEM_BUSY') await on.sleep(Math.min(wait, 1_000));
      else if (on.now() + wait >= until) state.stopped = error.code;
      else await reopened(error.code, wait, on);
    }
  return undefined;
}

/** Waits, and asks a system that failed whether it is back; the next admittance tells. */
async function reopened(code: string, wait: number, on: Draining): Promise<void> {
  await on.sleep(wait);
  if (code !== 'SYSTEM_UNAVAILABLE') return;
  try {
    await on.probe();
  } catch (error) {
    if (!isCountersignError(error)) throw error;
  }
}
