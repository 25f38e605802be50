import { CountersignError } from '../errors.ts';
import { arm, attempt, settle } from './attempt.ts';
import {
  absentAfter,
  type Change,
  isOverdue,
  maxAttempts,
  type Operation,
  type Operations,
  sendBudget,
} from './operation.ts';
import { outcomeOf } from './outcome.ts';
import type { Found, Write } from './write.ts';

/** Leaves a retry enough of its time to send again. */
const lookupBudget = 8_000;

/**
 * What is true of an operation that exists: the same rule for a retry and for whoever only asks. Found settles at any
 * time; absent counts only when the question was asked after the system can no longer be working on it.
 * `resend`: a retry may carry it out again; whoever only asks leaves it to the retry. Who loses a write stops.
 * `budget`: how long the whole may take, in ms.
 */
export async function recover(
  operations: Operations,
  write: Write,
  operation: Operation,
  { resend, budget = sendBudget }: { readonly resend: boolean; readonly budget?: number },
): Promise<Operation> {
  const { state } = operation;
  const asked = operations.now(); // before the lookup: an absence is as old as its question
  const resent = (change?: Change) => again(operations, write, operation, { sendBy: asked + budget, change });
  if (state === 'not_applied' && operation.reopenable) return resend ? resent() : operation;
  if (!isOverdue(operation, asked)) return operation;
  if (state === 'accepted') return resend ? resent() : released(operations, operation);

  const found = await lookUp(write, operation);
  if (found.state !== 'absent' && found.state !== 'unclear') return settle(operations, { operation, outcome: found });
  const doubt = found.state === 'absent' ? { reason: 'ABSENT_TOO_EARLY' } : found;
  const stillUnknown = () => settle(operations, { operation, outcome: { ...doubt, state: 'unknown' } });
  if (doubt.reason === 'LOOKUP_FAILED') return stillUnknown();
  const { maxServerTime, lookupLag } = write;
  if (maxServerTime === undefined) return review(operations, operation, { ...doubt, reason: 'ABSENCE_UNPROVABLE' });
  if (asked < absentAfter(operation.sendBy, { maxServerTime, lookupLag })) return stillUnknown();
  if (found.state === 'unclear') return review(operations, operation, found);
  return resend ? resent({ secondLook: 'due' }) : released(operations, operation, { secondLook: 'due' });
}

/** An operation whose tool is gone: nobody can ask the system about it, so a person must say what happened. */
export async function orphaned(operations: Operations, operation: Operation): Promise<Operation> {
  if (!isOverdue(operation, operations.now())) return operation;
  if (operation.state === 'accepted') return notSent(operations, operation, {});
  return review(operations, operation, { reason: 'TOOL_GONE' });
}

async function lookUp(write: Write, operation: Operation): Promise<Found> {
  if (!write.canLookUp) return { state: 'unclear', reason: 'NO_LOOKUP' };
  try {
    return await write.find(operation, AbortSignal.timeout(Math.min(write.patience, lookupBudget)));
  } catch {
    return { state: 'unclear', reason: 'LOOKUP_FAILED' }; // a question without an answer says nothing
  }
}

/** Sends what surely had no effect: for the first time after an approval, or once more. Who loses the write stops. */
export async function again(
  operations: Operations,
  write: Write,
  seen: Operation,
  { sendBy = operations.now() + sendBudget, change = {} }: { readonly sendBy?: number; readonly change?: Change } = {},
): Promise<Operation> {
  if (seen.attempts >= maxAttempts)
    return (await operations.change(seen, { ...change, ...spent, lastError: seen.reason })).operation;
  const known = seen.redriven && seen.attempts === 0 ? await effectOf(operations, write, seen) : undefined;
  if (known) return known;
  const reopened = write.needsBefore
    ? await accept(operations, seen, { ...change, sendBy })
    : await arm(operations, seen, { ...change, sendBy });
  return reopened.won ? settle(operations, await attempt(operations, write, reopened.operation)) : reopened.operation;
}

const spent: Change = { state: 'dead', reason: 'ATTEMPTS_SPENT', reopenable: undefined };

/** What was dead had no effect as far as anybody knew, perhaps days ago: before it is sent again it is looked for. An update reads its document anyway. */
async function effectOf(operations: Operations, write: Write, seen: Operation): Promise<Operation | undefined> {
  if (write.needsBefore || !write.canLookUp) return undefined;
  const found = await lookUp(write, seen);
  if (found.state === 'absent') return undefined;
  if (found.state !== 'unclear') return settle(operations, { operation: seen, outcome: found });
  return found.reason === 'LOOKUP_FAILED' ? seen : review(operations, seen, found);
}

/** An update starts again from its before-image. */
const accept = (operations: Operations, seen: Operation, change: Change) =>
  operations.change(seen, {
    ...change,
    state: 'accepted',
    before: undefined,
    result: undefined,
    resultStatus: undefined,
    reopenable: undefined,
    reason: undefined,
  });

/** Surely not applied, and nobody sends it now: what came out of the backlog goes back into it, where it was promised to be carried out. */
const released = (operations: Operations, operation: Operation, change: Change = {}): Promise<Operation> =>
  operation.queuedAt === undefined
    ? notSent(operations, operation, change)
    : operations.change(operation, { ...change, ...backInQueue }).then((written) => written.operation);

const backInQueue: Change = { state: 'queued', reason: 'NOT_APPLIED', before: undefined };

/** Whoever wants the effect sends the same key again. */
async function notSent(operations: Operations, operation: Operation, change: Change): Promise<Operation> {
  const error = new CountersignError('NOT_APPLIED', 'The system has not carried this out and no longer will.');
  return settle(operations, { operation, outcome: outcomeOf(error, operation.id), change });
}

interface Doubt {
  readonly reason: string;
  readonly document?: string | undefined;
}

const review = async (operations: Operations, seen: Operation, doubt: Doubt): Promise<Operation> => {
  const { reason, document = seen.document } = doubt;
  return (await operations.change(seen, { state: 'review', reason, document })).operation;
};
