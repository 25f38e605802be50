import { CountersignError, isCountersignError } from '../errors.ts';
import { type Change, lookupShare, maxAttempts, type Operation, type Operations, sendBudget } from './operation.ts';
import { merge, type Outcome, outcomeOfAttempt } from './outcome.ts';
import type { Write } from './write.ts';

/** An attempt's outcome, with the operation as the attempt left it; no outcome when another writer was faster. */
export interface Attempted {
  readonly operation: Operation;
  readonly outcome?: Outcome;
  /** What is recorded with it. */
  readonly change?: Change;
}

/** Carries a recorded operation out: reads the before-image where one is needed, then sends. Never throws for the system's sake. */
export async function attempt(operations: Operations, write: Write, recorded: Operation): Promise<Attempted> {
  if (recorded.state === 'attempted') return send(operations, write, recorded);
  if (recorded.state === 'awaiting_approval' || recorded.state === 'running') return { operation: recorded };
  let found: Awaited<ReturnType<Write['before']>>;
  try {
    // At most half of the time: what the reading takes too long is surely not sent, what the sending takes too long is unknown.
    found = await write.before(recorded, AbortSignal.timeout(timeToSend(operations, write, recorded, 0.5)));
  } catch (error) {
    return { operation: recorded, outcome: outcomeOfAttempt(ofReading(error), recorded.id, 0) };
  }
  if ('outcome' in found) return { operation: recorded, outcome: found.outcome };
  const armed = await arm(operations, recorded, { sendBy: recorded.sendBy, before: found.image });
  return armed.won ? send(operations, write, armed.operation) : { operation: armed.operation };
}

/** One conditional write lets exactly one process send; it counts the attempt before there is one. */
export const arm = (
  operations: Operations,
  seen: Operation,
  { before, ...change }: Change & { readonly sendBy: number },
) =>
  operations.change(seen, {
    ...change,
    state: 'attempted',
    attempts: seen.attempts + 1,
    before: before || undefined,
    result: undefined,
    resultStatus: undefined,
    reopenable: undefined,
    reason: undefined,
  });

/** Opens the socket, or proves that it did not. After this point an error is an outcome. */
async function send(operations: Operations, write: Write, armed: Operation): Promise<Attempted> {
  let operation = armed;
  let sends = 0;
  const permit = async (): Promise<void> => {
    if (operations.now() >= operation.sendBy)
      throw new CountersignError('OPERATION_NOT_SENT', 'Its time to be sent is over.');
    if (sends > 0) operation = await permitAgain(operations, operation);
    sends++;
  };
  let outcome: Outcome;
  try {
    const signal = AbortSignal.timeout(timeToSend(operations, write, armed));
    outcome = await write.send(operation, { signal, permit });
  } catch (error) {
    // The attempt was counted when it was recorded; without a permit nothing of it has gone out.
    const unsent = sends === 0 ? 1 : 0;
    outcome = isCountersignError(error)
      ? outcomeOfAttempt(error, operation.id, unsent)
      : { state: 'unknown', reason: 'INTERNAL' };
  }
  if (outcome.state === 'unknown' && write.canLookUp)
    outcome = await lookUpOnce(operations, write, { operation, outcome });
  return { operation, outcome };
}

/** Another dispatch inside one attempt (a refreshed token, say) is counted like any other send. */
async function permitAgain(operations: Operations, operation: Operation): Promise<Operation> {
  if (operation.attempts >= maxAttempts)
    throw new CountersignError('ATTEMPTS_SPENT', `It was sent ${maxAttempts} times.`, { applied: 'no' });
  const counted = await operations.change(operation, { attempts: operation.attempts + 1 }).catch((cause: unknown) => {
    throw new CountersignError('OPERATION_NOT_SENT', 'Another send could not be recorded.', { cause });
  });
  if (!counted.won) throw new CountersignError('OPERATION_NOT_SENT', 'Another process took the operation over.');
  return counted.operation;
}

type Unknown = Extract<Outcome, { state: 'unknown' }>;

/** A send that ends unknown is looked up once in the same call; an absence right after it proves nothing. */
async function lookUpOnce(
  operations: Operations,
  write: Write,
  { operation, outcome: unknown }: { readonly operation: Operation; readonly outcome: Unknown },
): Promise<Outcome> {
  const { document = operation.document } = unknown;
  try {
    const signal = AbortSignal.timeout(
      Math.max(1, Math.min(write.patience, lookupShare, timeLeft(operations, operation))),
    );
    const found = await write.find({ ...operation, document }, signal);
    if (found.state === 'unclear') return { ...unknown, document: document ?? found.document };
    return found.state === 'absent' ? unknown : found;
  } catch {
    return unknown; // it stays unknown for the reason that it already has
  }
}

/** Records an outcome. Losing to another writer means deciding again, against what that writer left. */
export async function settle(
  operations: Operations,
  { operation, outcome, change: also }: Attempted,
): Promise<Operation> {
  let current = operation;
  for (let tries = 0; outcome && tries < 5; tries++) {
    const change = merge(current, outcome, { seen: operation, now: operations.now() });
    if (!change) return current;
    const written = await operations.change(current, { ...change, ...also });
    if (written.won) return written.operation;
    current = written.operation;
  }
  if (outcome) throw new Error(`operation ${operation.id} kept changing`);
  return current;
}

/** Reading before sending has no effect, whatever the read came to. */
function ofReading(error: unknown): CountersignError {
  if (!isCountersignError(error))
    return new CountersignError('SYSTEM_UNAVAILABLE', 'The document could not be read.', { cause: error });
  return error.applied === 'no'
    ? error
    : new CountersignError(error.code, error.message, { ...error, applied: 'no', cause: error });
}

/** Until its call has to answer, in ms. */
const timeLeft = (operations: Operations, { sendBy }: Operation): number =>
  Math.min(sendBudget, sendBy - operations.now());

/** The part of it in which the system may be spoken to before the lookup. */
const timeToSend = (operations: Operations, { patience }: Write, operation: Operation, share = 1): number =>
  Math.max(1, Math.min(patience, Math.floor(share * (timeLeft(operations, operation) - lookupShare))));
