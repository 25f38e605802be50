import type { Behaviour, Wire } from './model-transport.ts';
import type { Place, Way } from './process.ts';
import type { Schedule, sendFaults } from './schedule.ts';
import type { VirtualClock } from './virtual-clock.ts';

type RequestFault = (typeof sendFaults)[number];

const well: Way = { there: 0, back: 0, end: 'well' };

/** Decides, as a schedule says, how each way out of a process and each request to the system goes. */
export function fates(
  schedule: Schedule,
  { clock, random, note }: { clock: VirtualClock; random: () => number; note(what: string): void },
) {
  const ways = new Map(schedule.ways.map(({ nth, how }) => [nth, how]));
  const reads = new Map(schedule.reads.map(({ nth, how }) => [nth, how]));
  const sends = new Map(schedule.sends.map(({ nth, how }) => [nth, how]));
  const isEven = schedule.pace === 0;
  let way = 0;
  const asked = { reads: 0, sends: 0 };
  let isOver = false;
  let outage: Behaviour | undefined;
  let downUntil = 0;

  const wayTo = (place: Place, name: string): Way => {
    if (isOver) return well;
    const how = ways.get(way++);
    const there = isEven ? 3 : 1 + random() * 8;
    const back = isEven ? 3 : 1 + random() * 8;
    if (how === undefined) return { there, back, end: 'well' };
    note(`${name}: ${place} ${how}`);
    if (how === 'slow') return { there: there + 700, back: back + 6_000, end: 'well' };
    if (how === 'very slow') return { there: there + 25_000, back: back + 150_000, end: 'well' };
    return { there, back, end: how };
  };

  const behave: Wire['behave'] = ({ method }, path) => {
    if (isOver) return { kind: 'well' };
    if (outage) return outage;
    const how = method === 'GET' ? reads.get(asked.reads++) : sends.get(asked.sends++);
    if (clock.now() < downUntil) return { kind: 'answer', status: 503 };
    if (how === undefined) return { kind: 'well' };
    note(`${method} ${path}: ${how}`);
    if (how === '503 for a while') downUntil = clock.now() + 60_000;
    return behaviourFor(how, random);
  };
  const outages: readonly Behaviour[] = [
    { kind: 'refuse connection' },
    { kind: 'answer', status: 503 },
    { kind: 'hang' },
    { kind: 'answer', status: 429, retryAfter: '30' },
  ];

  return {
    wayTo,
    behave,
    latency: () =>
      isOver
        ? { there: 1, back: 1 }
        : isEven
          ? { there: 30, back: 50 }
          : { there: 10 + random() * 60, back: 20 + random() * 100 },
    down: (how: number): void => {
      outage = outages[how % outages.length];
    },
    up: (): void => {
      outage = undefined;
    },
    /** From here on everything goes well. */
    end: (): void => {
      isOver = true;
    },
  };
}

function behaviourFor(how: RequestFault, random: () => number): Behaviour {
  const status = /^\d{3}$/.test(how) ? Number(how) : undefined;
  if (status !== undefined) return { kind: 'answer', status, ...(status === 429 && { retryAfter: '2' }) };
  switch (how) {
    case 'commit-late':
      // Up to the very end of what the system promises.
      return { kind: 'commit-late', ms: 1_000 + random() * 590_000 };
    case 'slow':
      return { kind: 'slow', ms: 9_000 + random() * 9_000 };
    case '429 for long':
      return { kind: 'answer', status: 429, retryAfter: '400' };
    case '503 for a while':
      return { kind: 'answer', status: 503 };
    case 'missing':
    case 'unchanged':
      return { kind: 'whim', whim: { forgets: true } };
    case 'dearer':
      return { kind: 'whim', whim: { price: '9999.00' } };
    case 'cheaper':
      return { kind: 'whim', whim: { price: '0.50' } };
    case 'shown late':
      return { kind: 'whim', whim: { shownAfter: 4_900 } };
    case 'commit-then-reset':
    case 'commit-then-hang':
    case 'commit-then-500':
    case 'half-body':
    case 'hang':
    case 'refuse connection':
    case 'reset':
    case 'log-on page':
      return { kind: how };
    default:
      throw new Error(`no such fault: ${how}`);
  }
}
