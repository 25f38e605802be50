import { viewOf } from '../operation/answer.ts';
import type { Operation } from '../operation/operation.ts';

/** What an agent's endpoint is told, in the form of Standard Webhooks. */
export interface CallbackMessage {
  /** The same each time it is sent, so that receivers can tell that they know it. Without a dot: what is signed is joined by dots. */
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

/** Results above this many bytes are not sent along: the message says where they are. */
const largestResult = 32 * 1024;

/** Tells of the operation as it is now that it came to rest with a version of it. */
export function messageOf(operation: Operation, version: number): CallbackMessage {
  const { id, result, since = operation.updatedAt } = operation;
  const isLarge = result !== undefined && Buffer.byteLength(result) > largestResult;
  const data = {
    ...viewOf(isLarge ? { ...operation, result: undefined } : operation),
    location: `/v1/operations/${id}`,
  };
  const body = JSON.stringify({ type: 'operation.settled', timestamp: new Date(since).toISOString(), data });
  return { id: `${id}_${version}`, body };
}
