import { CountersignError, type ErrorCode } from '../errors.ts';
import { intervalOf, type Limits } from './limits.ts';
import type { Gate, MeterChange, MeterState, Take } from './meter-state.ts';

/** How long a request may last at the most, and with it its place among those that speak to the system, in ms. */
export const longestCall = 30_000;
/** A slot whose time has just passed is still taken, so that no pace is lost, in ms. */
const grace = 20;
/** Slots that one write takes, and places that it gives back: it has a length. */
const mostAtOnce = 80;
/** When to ask again about what has no end of its own, in seconds. */
const askAgain = 60;

/** What somebody wants of a meter. */
export interface Ask {
  /** One for each slot that is wanted; as many are taken as there are places and time for. */
  readonly ids: readonly string[];
  readonly write: boolean;
  /** The moments between which a slot may lie, in ms. */
  readonly earliest: number;
  readonly latest: number;
  /** Slots that are given back with it. */
  readonly free: readonly string[];
}

/** Why nothing may be sent although nothing is wrong with the system: a freeze window. Times in ms. */
export interface Freeze {
  readonly reason: string;
  readonly until: number;
}

/** Why nothing can be taken. */
export interface Refused {
  readonly refusal: CountersignError;
  /** All places are taken: one may be given back at any moment. */
  readonly full?: boolean;
  /** When the next slot is, in ms. */
  readonly freeAt?: number;
}

/** The change that takes what was asked for; `probe`: it is the one request that finds out whether the system is back. */
export interface Admitted {
  readonly change: MeterChange & { readonly take: Take };
  readonly probe: boolean;
}

/** Decides about an ask by what is known; the change is lost where that is no longer so. */
export function admit(
  state: MeterState,
  ask: Ask,
  { limits, now, frozen }: { readonly limits: Limits; readonly now: number; readonly frozen: Freeze | undefined },
): Admitted | Refused {
  const { waitUntil = 0, nextAt, breaker } = state;
  const { latest } = ask;
  const hold = held(state, ask, { now, frozen });
  if (hold) return { refusal: hold };
  if (waitUntil > latest)
    return refuse('SYSTEM_THROTTLED', 'The system asked for silence.', secondsUntil(waitUntil, now));
  if (nextAt > latest) return { ...busy(secondsUntil(nextAt, now)), freeAt: nextAt };
  const free = freed(state, ask, now);
  const most = limits.concurrent + free.length;
  const places = Math.max(0, most - Object.keys(state.held).length);
  const isClosed = breaker.state === 'closed';
  const take = taken(nextAt, {
    ids: ask.ids.slice(0, isClosed ? places : Math.min(1, places)),
    ...{ most, latest, earliest: Math.max(ask.earliest, waitUntil + grace) },
    ...{ interval: intervalOf(limits), until: now + longestCall },
  });
  const [probe] = take.ids;
  if (probe === undefined) return { ...busy(1), full: true };
  if (isClosed) return { change: { seen: state.gate, free, take }, probe: false };
  const gate = { ...gateOf(state), breaker: { ...breaker, state: 'half-open' as const, until: take.until, probe } };
  return { change: { seen: state.gate, free, gate, take }, probe: true };
}

/** Places that the change gives back: those it is asked to, and those whose time is over. */
function freed({ held }: MeterState, { free }: Ask, now: number): string[] {
  const ended = Object.keys(held).filter((id) => (held[id] ?? 0) <= now);
  const known = free.filter((id) => Object.hasOwn(held, id));
  return [...new Set([...known, ...ended])].slice(0, mostAtOnce / 2);
}

/** As many of the slots as there is time for, from `nextAt` on, or from the earliest moment where that has passed. */
function taken(
  nextAt: number,
  on: {
    readonly ids: readonly string[];
    /** Places that there are, with those given back. */
    readonly most: number;
    readonly earliest: number;
    readonly latest: number;
    readonly interval: number;
    readonly until: number;
  },
): Take {
  const { earliest, latest, interval, until } = on;
  const inTime = 1 + Math.floor(Math.max(0, latest - Math.max(nextAt, earliest)) / interval);
  const ids = on.ids.slice(0, Math.min(inTime, mostAtOnce));
  const isIdle = nextAt < earliest - grace;
  return {
    ...{ ids, interval, until, room: on.most - ids.length },
    ...(isIdle ? { between: [0, earliest - grace], at: earliest } : { between: [earliest - grace, latest] }),
  };
}

/** Breaker, pause and wait of a state. */
export const gateOf = ({ breaker, pause, waitUntil }: MeterState): Gate => ({
  breaker,
  ...(pause && { pause }),
  ...(waitUntil !== undefined && { waitUntil }),
});

function held(
  { pause, breaker }: MeterState,
  { write, ids }: Ask,
  { now, frozen }: { now: number; frozen: Freeze | undefined },
): CountersignError | undefined {
  if (pause && (write || pause.all))
    return refuse('SYSTEM_PAUSED', 'An operator has paused this system.', askAgain).refusal;
  if (frozen && write)
    return refuse('SYSTEM_PAUSED', `Nothing is written now: ${frozen.reason}`, secondsUntil(frozen.until, now)).refusal;
  // A turn whose answer was lost on the way is still one's own.
  if (breaker.state === 'closed' || (breaker.state === 'half-open' && breaker.probe === ids[0])) return undefined;
  // Only a read may find out whether the system is back: a write could take effect and leave no answer.
  if (breaker.until > now || write)
    return refuse(
      'SYSTEM_UNAVAILABLE',
      'The system has failed; it is tried again soon.',
      secondsUntil(breaker.until, now),
    ).refusal;
  return undefined;
}

const busy = (retryAfter: number) => refuse('SYSTEM_BUSY', 'As much is sent to the system as it accepts.', retryAfter);

const refuse = (code: ErrorCode, detail: string, retryAfter: number) => ({
  refusal: new CountersignError(code, detail, { applied: 'no', retryAfter }),
});

const secondsUntil = (moment: number, now: number): number => Math.max(1, Math.ceil((moment - now) / 1000));
