import type { Process, Way } from '../process.ts';
import type { callFaults, Schedule } from './schedule.ts';
import type { Customs } from './shop.ts';

const well: Way = { there: 0, back: 0, end: 'well' };

/** Decides, as a schedule says, how each way out of a process, each call of a function and each request to the shop goes. */
export function fatesOf(schedule: Schedule, { random, note }: { random: () => number; note(what: string): void }) {
  const isEven = schedule.pace === 0;
  const latency = (): number => (isEven ? 0 : Math.floor(random() * 8));
  /** Those that get slow once they have begun, with the ways that they have gone. */
  const slow = new Map<string, number>();
  const met = new Map<string, number>();
  let { always } = schedule;
  let isClosed = false;
  let isOver = false;
  let ways = 0;
  let calls = 0;

  const wayTo = (place: string, name: string): Way => {
    if (isOver) return well;
    const nth = ways++;
    const way = slow.get(name);
    if (way !== undefined) slow.set(name, way + 1);
    if (way) return { ...well, there: 8_000 };
    const fault = schedule.ways.find((each) => each.nth === nth)?.how;
    const [there, back] = [latency(), latency()];
    if (fault === undefined) return { there, back, end: 'well' };
    note(`${name}: ${place} ${fault}`);
    if (fault === 'slow') return { there: there + 700, back: back + 6_000, end: 'well' };
    if (fault === 'late') return { there: there + 20_000, back, end: 'well' };
    if (fault === 'very slow') return { there: there + 25_000, back: back + 150_000, end: 'well' };
    return { there, back, end: fault };
  };
  const fateOf: Customs['fateOf'] = (what) => {
    const nth = met.get(what) ?? 0;
    met.set(what, nth + 1);
    if (always.some((each) => each.what === what && each.how === 'refused')) return { how: 'refused', ms: 0 };
    const fate = isOver ? undefined : schedule.requests.find((each) => each.what === what && each.nth === nth);
    if (fate) note(`${what}: ${fate.how}`);
    return fate;
  };
  return {
    ...{ isEven, wayTo, fateOf },
    /** What becomes of the next call of a function. */
    nextCall(): (typeof callFaults)[number] | undefined {
      const nth = calls++;
      return isOver ? undefined : schedule.calls.find((each) => each.nth === nth)?.how;
    },
    /** A process is slow from its second way on. */
    slowDown: ({ name }: Process): void => void slow.set(name, 0),
    isClosed: (what: string): boolean =>
      (isClosed && !isOver) || always.some((each) => each.what === what && each.how === 'closed'),
    /** Whether the shop is closed for something for ever. */
    isStuck: (): boolean => always.some(({ how }) => how === 'closed'),
    close: (closes: boolean): void => {
      isClosed = closes;
    },
    /** Nothing is always refused, or closed, any more. */
    mend: (): void => {
      always = [];
    },
    /** From here on everything goes well that is not always refused, or closed. */
    end: (): void => {
      isOver = true;
    },
    /** When an index knows of a change, in ms. */
    indexLag: (): number => (isEven ? 0 : random() * 80),
  };
}
