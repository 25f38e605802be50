import { isCountersignError } from '../errors.ts';
import { dayOf, type Journal } from '../journal.ts';
import type { Operation, Operations } from '../operation/operation.ts';
import { isAtRest } from './at-rest.ts';
import { type CallbackMessage, messageOf } from './message.ts';

/** What is to be told: that this operation came to rest, and with which version of it. */
export interface Callback {
  readonly operationId: string;
  readonly version: number;
}

/** What telling an agent stands on. */
export interface Delivering {
  readonly operations: Pick<Operations, 'get' | 'now'>;
  readonly journal: Journal;
  /** Signs a message, sends it, and answers the status of the answer. Throws what kept it from one. */
  post(message: CallbackMessage): Promise<number>;
}

/** What one attempt came to; `again` is in seconds. */
export type Delivered =
  /** The operation is at work again, or gone: it is told of when it comes to rest the next time. */
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'failed'; readonly reason: string; readonly again: number }
  | { readonly outcome: 'given up'; readonly reason: string };

const hour = 3600;
/** Seconds until the next attempt: none is further away than a queue can hide a message, which is 12 hours. */
const pauses: readonly number[] = [5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 11 * hour];

/** Tells an agent's endpoint, for the first or a later time. What it comes to in the end is journaled. */
export async function deliver(
  { operationId, version }: Callback,
  attempt: number,
  { operations, journal, post }: Delivering,
): Promise<Delivered> {
  const operation = await operations.get(operationId);
  if (!operation || !isAtRest(operation)) return { outcome: 'passed' };
  const reason = await failureOf(() => post(messageOf(operation, version)));
  const again = reason === gone ? undefined : pauses[attempt - 1];
  if (reason !== undefined && again !== undefined) return { outcome: 'failed', reason, again };
  await journal.append(entryOf(operation, { version, attempt, reason, at: operations.now() }));
  return reason === undefined ? { outcome: 'delivered' } : { outcome: 'given up', reason };
}

/** The endpoint wants no more of this. */
const gone = 'HTTP 410';

/** Why a message did not arrive; any answer but 2xx says so, a redirect too. */
async function failureOf(post: () => Promise<number>): Promise<string | undefined> {
  try {
    const status = await post();
    return status >= 200 && status < 300 ? undefined : `HTTP ${status}`;
  } catch (error) {
    if (!isCountersignError(error)) throw error;
    return error.code;
  }
}

interface Told {
  readonly version: number;
  readonly attempt: number;
  readonly reason: string | undefined;
  readonly at: number;
}

/** Beside the operation's own entries, because those have all its versions. */
const entryOf = ({ id, agent, tool, digest }: Operation, { version, attempt, reason, at }: Told) => ({
  ...{ id: `callback-${id}`, version, at, day: dayOf(at), agent, tool, digest, attempts: attempt },
  ...(reason === undefined ? { type: 'callback.delivered' } : { type: 'callback.failed', reason }),
});
