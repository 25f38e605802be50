import type { TableClock } from './table-clock.ts';

/**
 * DynamoDB's time to the millisecond. Its `Date` tells whole seconds, by which no pace can be kept: within that second the
 * host's clock is believed, which AWS keeps right; a host whose clock is another altogether has only the `Date`.
 */
export const sharpClock =
  (clock: Pick<TableClock, 'now'>, host: () => number = Date.now): (() => number) =>
  () => {
    const told = clock.now();
    const own = host();
    return own >= told - tolerance && own <= told + 1_000 + tolerance ? own : told + 500;
  };

/** How long an answer may have been under way, in ms. */
const tolerance = 250;
