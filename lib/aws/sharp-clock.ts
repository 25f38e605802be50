import type { TableClock } from './table-clock.ts';

/** How long an answer may have been under way, in ms. */
const underWay = 250;

/** What tells the time on a host, in ms. */
interface HostTime {
  now(): number;
  /** Since some moment; it never jumps. */
  elapsed(): number;
}

const thisHost: HostTime = { now: () => Date.now(), elapsed: () => performance.now() };

/**
 * DynamoDB's time to the millisecond. Its `Date` tells whole seconds, by which no pace can be kept; each answer narrows
 * down when it is. Within what is left the host's clock is believed, which AWS keeps right; where the host's is another
 * altogether, the earliest time that the answers allow.
 */
export function sharpClock(clock: Pick<TableClock, 'now'>, { now, elapsed } = thisHost): () => number {
  let earliest = Number.NEGATIVE_INFINITY;
  let latest = Number.POSITIVE_INFINITY;
  return () => {
    const since = elapsed();
    const told = clock.now() - since;
    const before = told + 1_000 + underWay;
    // Told something else than before, the clock was moved or the process was stopped for a while.
    const isOther = told > latest || before < earliest;
    earliest = isOther ? told : Math.max(earliest, told);
    latest = isOther ? before : Math.min(latest, before);
    const own = now() - since;
    return since + (own >= earliest && own <= latest ? own : earliest);
  };
}
