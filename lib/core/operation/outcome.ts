import { type CountersignError, type ErrorCode, errorTable } from '../errors.ts';
import { problemOf } from '../problem.ts';
import { type Change, keepFor, type Operation } from './operation.ts';

/** What one attempt, or one lookup, came to. */
export type Outcome =
  | { readonly state: 'applied'; readonly document: string; readonly result: string; readonly reason?: string }
  | {
      readonly state: 'not_applied';
      readonly status: number;
      readonly problem: string;
      readonly reopenable: boolean;
      readonly code: string;
    }
  /** Surely not applied, and can be carried out later without anybody asking again. `unsent`: sends that were counted and did not go out. */
  | { readonly state: 'queued'; readonly reason: string; readonly unsent: number }
  /** `document`: the system has confirmed it, or it was found and could not be read. */
  | { readonly state: 'unknown'; readonly reason: string; readonly document?: string | undefined }
  | { readonly state: 'review'; readonly reason: string; readonly document?: string; readonly result?: string };

/** What passes without anybody doing anything about the call. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'SYSTEM_UNAVAILABLE',
  'SYSTEM_THROTTLED',
  'SYSTEM_BUSY',
  'SYSTEM_PAUSED',
  'OPERATION_NOT_SENT',
]);

/** What an error of an attempt says about the effect: as `outcomeOf`, but what only has to wait is not given back to the caller. */
export function outcomeOfAttempt(error: CountersignError, operationId: string, unsent: number): Outcome {
  if (error.applied === 'no' && passing.has(error.code)) return { state: 'queued', reason: error.code, unsent };
  return outcomeOf(error, operationId);
}

/** What an error says about the effect. Errors that are not the content's fault leave the key open for another try. */
export function outcomeOf(error: CountersignError, operationId: string): Outcome {
  if (error.applied === 'unknown') return { state: 'unknown', reason: error.code };
  const { status, retryable } = errorTable[error.code];
  const problem = JSON.stringify(problemOf(error, { operationId }));
  return { state: 'not_applied', status, problem, reopenable: retryable || status >= 500, code: error.code };
}

/** What an outcome of the attempt that was `seen` changes about the operation as it is now; undefined = nothing. */
export function merge(
  current: Operation,
  outcome: Outcome,
  { seen, now }: { seen: Pick<Operation, 'attempts' | 'sendBy'>; now: number },
): Change | undefined {
  const open = isOpen(current);
  if (outcome.state === 'applied' || outcome.state === 'review')
    return open ? settled(current, outcome, now) : proof(current, outcome.document);
  if (!open && outcome.state === 'unknown') return proof(current, outcome.document);
  // Somebody else knows more: it is settled, sent again, or may be sent for longer than was believed when this was found out.
  if (!open || current.attempts !== seen.attempts || current.sendBy !== seen.sendBy) return undefined;
  if (outcome.state === 'unknown') return doubted(current, outcome);
  if (outcome.state === 'queued') return joining(current, outcome, now);
  const { problem, status, reopenable, code } = outcome;
  return {
    state: 'not_applied',
    result: problem,
    resultStatus: status,
    reopenable: reopenable || undefined,
    reason: code,
    expiration: reopenable ? undefined : expirationAt(now),
  };
}

/** Neither settled nor given up. */
const isOpen = ({ state }: Operation): boolean =>
  ['awaiting_approval', 'queued', 'accepted', 'attempted', 'unknown'].includes(state);

/** Into the backlog, behind nobody it was before. What people approved waits with its approval: everything is checked again before it is sent. */
function joining(current: Operation, { reason, unsent }: Extract<Outcome, { state: 'queued' }>, now: number): Change {
  const { approval, attempts, queuedAt } = current;
  return {
    ...(approval ? { state: 'awaiting_approval' } : { state: 'queued', queuedAt: queuedAt ?? now }),
    attempts: attempts - unsent,
    reason,
    before: undefined,
  };
}

function doubted(current: Operation, outcome: Extract<Outcome, { state: 'unknown' }>): Change | undefined {
  const { reason, document = current.document } = outcome;
  const isKnown = current.state === 'unknown' && current.reason === reason && current.document === document;
  return isKnown ? undefined : { state: 'unknown', reason, document };
}

function settled(current: Operation, outcome: Extract<Outcome, { state: 'applied' | 'review' }>, now: number): Change {
  const { state, document = current.document, result, reason } = outcome;
  return {
    state,
    document,
    result,
    resultStatus: 200,
    reason,
    expiration: state === 'applied' ? expirationAt(now) : undefined,
  };
}

/** Proof of an effect is always recorded, even late: over what was settled otherwise it is a review. */
function proof(current: Operation, document: string | undefined): Change | undefined {
  if (document === undefined || current.document === document) return undefined;
  const reason = current.document === undefined ? 'LATE_EFFECT' : 'DUPLICATE_EFFECT';
  return {
    state: 'review',
    reason,
    document: current.document ?? document,
    reopenable: undefined,
    expiration: undefined,
  };
}

/** TTL of what is final since a moment (ms), in epoch seconds. */
export const expirationAt = (now: number): number => Math.floor(now / 1000) + keepFor;
