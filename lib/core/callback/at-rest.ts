import type { Operation } from '../operation/operation.ts';

const resting: ReadonlySet<Operation['state']> = new Set(['applied', 'not_applied', 'review', 'dead']);

/** Nothing further happens to it by itself. */
export const isAtRest = ({ state }: Operation): boolean => resting.has(state);

/** The version with which an operation came to rest, as long as its events still tell of it: later versions change nothing of that. */
export function cameToRest(operation: Operation): number | undefined {
  const { state, since, events } = operation;
  if (!isAtRest(operation)) return undefined;
  return events.find((event) => event.state === state && event.at === since)?.version;
}

/**
 * Whether its agent went away without knowing what becomes of it: it waited for people or for its system, a person has to
 * say what happened, or it came to rest after the time of the call that sent it was over.
 */
export const isAwaited = ({ approval, queuedAt, state, since = 0, sendBy }: Operation): boolean =>
  approval !== undefined || queuedAt !== undefined || state === 'review' || state === 'dead' || since > sendBy;
