import { CountersignError, errorTable, isCountersignError } from '../errors.ts';
import { settle } from './attempt.ts';
import { isOverdue, type Operation, type Operations } from './operation.ts';
import { outcomeOf } from './outcome.ts';
import { again, orphaned, recover } from './recover.ts';
import type { Write } from './write.ts';

/** Where the backlog says that there is something to do: which operation, and which version of it. */
export interface Turn {
  readonly operationId: string;
  readonly version: number;
}

/** What carrying out the backlog of one system stands on. */
export interface Replaying {
  readonly operations: Operations;
  /** Id of the operation that is first in a lane; an index may be a little behind. */
  firstOf(lane: string): Promise<string | undefined>;
  /** The bound write of an operation. Throws where its tool is gone. */
  write(operation: Operation): Promise<Write>;
  /** Throws what forbids it by now: its grant, a limit, a rule of the contract, its age. */
  recheck(operation: Operation): Promise<void>;
}

/** `done`: nothing is left to do for this turn. `next`: the turn is not over, others were or are before it in the lane. `wait`: somebody is at work in the lane. */
export type Replayed = 'done' | 'next' | 'wait';

/**
 * Takes one turn: carries out the operation that is first in the lane of the one that the turn is about. Order comes from
 * the operations, not from the queue: a turn that arrives twice, late or in another order does no harm, and one turn
 * serves a whole lane when others were lost.
 */
export async function replay({ operationId }: Turn, on: Replaying): Promise<Replayed> {
  const asked = await on.operations.get(operationId);
  if (asked?.lane === undefined) return 'done';
  const firstId = await on.firstOf(asked.lane);
  const first = firstId === undefined || firstId === asked.id ? asked : await on.operations.get(firstId);
  // An index that is behind still names what is settled: somebody else may be first by now.
  if (first?.lane === undefined) return 'next';
  const current = first;
  const after = await advance(current, on);
  if (after.lane !== undefined && after.state !== 'queued') return 'wait';
  // Queued again it has a new version, and with it a turn of its own.
  return current.id === asked.id ? 'done' : 'next';
}

async function advance(operation: Operation, on: Replaying): Promise<Operation> {
  const { operations } = on;
  if (operation.state !== 'queued' && !isOverdue(operation, operations.now())) return operation;
  if (operation.state !== 'queued') return lookedUp(operation, on);
  let write: Write;
  try {
    await on.recheck(operation);
    write = await on.write(operation);
  } catch (error) {
    // What only fails for the time being says nothing about the operation: its turn comes again.
    if (!isCountersignError(error) || errorTable[error.code].retryable) throw error;
    return settle(operations, { operation, outcome: outcomeOf(error, operation.id) });
  }
  return again(operations, write, operation);
}

/** What was sent once is looked up, and sent again where it surely had no effect. */
async function lookedUp(operation: Operation, { operations, write }: Replaying): Promise<Operation> {
  let bound: Write;
  try {
    bound = await write(operation);
  } catch (error) {
    if (!isCountersignError(error) || error.code !== 'TOOL_NOT_FOUND') throw error;
    return orphaned(operations, operation);
  }
  return recover(operations, bound, operation, { resend: true });
}

/** How long an operation may be asked for before it is carried out, in ms, where its contract says nothing else. */
const freshFor = 24 * 3_600_000;

/** Throws `OPERATION_OUTDATED` for what waited longer than its content can be trusted; an operator who had it carried out after all has looked at it. */
export function checkAge({ createdAt, redriven }: Operation, now: number, limit = freshFor): void {
  if (now - (redriven?.at ?? createdAt) > limit)
    throw new CountersignError(
      'OPERATION_OUTDATED',
      `It was asked for more than ${Math.round(limit / 3_600_000)} hours ago.`,
    );
}

/** Throws `OPERATION_OUTDATED` where one civil date lies in another posting period, a calendar month, than the other. */
export function checkPeriod(asked: string, today: string): void {
  const [period, current] = [asked, today].map((date) => date.slice(0, 7));
  if (period !== current)
    throw new CountersignError('OPERATION_OUTDATED', `It was asked for in the period ${period}; now it is ${current}.`);
}
