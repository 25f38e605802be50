import { CountersignError, type ErrorCode, isCountersignError } from '../errors.ts';
import type { Journal } from '../journal.ts';
import { settle } from '../operation/attempt.ts';
import { isFinal, type Operation, type Operations } from '../operation/operation.ts';
import { type Outcome, outcomeOf } from '../operation/outcome.ts';
import { again, recover } from '../operation/recover.ts';
import type { Write } from '../operation/write.ts';
import { amend } from './amend.ts';
import type { Approval, Approvals } from './approval.ts';
import { entriesOfApproval } from './approval-entries.ts';
import { overdue } from './escalation.ts';
import { atMost, longestWait } from './longest-wait.ts';

/** What the machine does next: ask (again) for so many seconds, come back later, or end. */
export type Next =
  | { readonly next: 'ask'; readonly timeoutSeconds: number }
  | { readonly next: 'later'; readonly waitSeconds: number }
  | { readonly next: 'done' };

/** What carrying out stands on. */
export interface CarryingOut {
  readonly operations: Operations;
  readonly approvals: Approvals;
  /** Who said what is written down before it is acted on. */
  readonly journal: Journal;
  /** The bound write of an operation. Throws where its tool is gone. */
  write(operation: Operation): Promise<Write>;
  /**
   * Looks at everything once more: grant, level, limits, rules, and the facts that the approval was given on.
   * Throws what now forbids it; answers the facts that have changed, in words.
   */
  recheck(operation: Operation, approval: Approval): Promise<readonly string[]>;
}

/**
 * Does what an operation's approval says, whoever woke the machine: waking carries no authority. Runs any number of
 * times: each step is one conditional write.
 */
export async function carryOut(operationId: string, on: CarryingOut): Promise<Next> {
  const operation = await on.operations.get(operationId);
  if (!operation) return { next: 'done' };
  if (operation.state !== 'awaiting_approval') return follow(operation, on);
  const found = await on.approvals.get(roundId(operation));
  if (!found) return askFor(operation);
  const now = on.operations.now();
  // One conditional write arbitrates between the page and the clock.
  const round = await amend(on.approvals, found, (seen) => overdue(seen, now));
  for (const entry of entriesOfApproval(round)) await on.journal.append(entry);
  if (round.status === 'pending') return { next: 'ask', timeoutSeconds: secondsUntil(round, now) };
  return round.status === 'approved' ? approved(operation, round, on) : refuse(operation, round, on.operations);
}

/** Which round an operation is in. */
export const roundId = ({ id, approval }: Operation): string => `${id}.${approval?.round ?? 1}`;

/** A round counts hours as the company does, which are no fewer: who wakes too early asks again for as long as it takes. */
const askFor = ({ approval }: Operation): Next => ({
  next: 'ask',
  timeoutSeconds: approval ? longestWait(approval) : 3600,
});

/** Seconds until somebody else is asked too, or else until the end: at least one. Who wakes too early waits again. */
function secondsUntil({ expiresAt, escalation }: Approval, now: number): number {
  const next = escalation && !escalation.done ? Math.min(escalation.at, expiresAt) : expiresAt;
  return Math.min(atMost, Math.max(1, Math.ceil((next - now) / 1000)));
}

async function approved(operation: Operation, approval: Approval, on: CarryingOut): Promise<Next> {
  if (approval.digest !== operation.digest) throw new Error(`approval ${approval.id} is for other content`);
  try {
    const differences = await on.recheck(operation, approval);
    if (differences.length > 0) return nextRound(operation, on.operations);
    return nextOf(await again(on.operations, await on.write(operation), operation));
  } catch (error) {
    if (!isCountersignError(error) || error.applied === 'unknown') throw error;
    const outcome = outcomeOf(error, operation.id);
    if (outcome.state === 'not_applied' && outcome.reopenable) return later(operation.attempts);
    return nextOf(await settle(on.operations, { operation, outcome }));
  }
}

/** What was approved is no longer what would happen: the approver is asked again, with the difference. */
async function nextRound(operation: Operation, operations: Operations): Promise<Next> {
  const { approval } = operation;
  if (!approval) return { next: 'done' };
  await operations.change(operation, { approval: { ...approval, round: approval.round + 1 } });
  return askFor(operation);
}

const refusals: Readonly<Partial<Record<Approval['status'], ErrorCode>>> = {
  refused: 'APPROVAL_REFUSED',
  expired: 'APPROVAL_EXPIRED',
  withdrawn: 'APPROVAL_WITHDRAWN',
  asked_back: 'APPROVAL_ASKED_BACK',
};

async function refuse(operation: Operation, { status, decisions }: Approval, operations: Operations): Promise<Next> {
  const reason = decisions.at(-1)?.reason;
  const detail = status === 'asked_back' ? 'An approver asks a question.' : `The approval is ${status}.`;
  const error = new CountersignError(refusals[status] ?? 'APPROVAL_REFUSED', detail, {
    facts: reason === undefined ? {} : { reason },
  });
  const outcome: Outcome = outcomeOf(error, operation.id);
  await settle(operations, { operation, outcome });
  return { next: 'done' };
}

/** Follows an operation that was sent until it is settled. */
async function follow(operation: Operation, { operations, write }: CarryingOut): Promise<Next> {
  const next = nextOf(operation);
  if (next.next === 'done') return next;
  return nextOf(await recover(operations, await write(operation), operation, { resend: true }));
}

const nextOf = (operation: Operation): Next =>
  isFinal(operation) || operation.state === 'review' || operation.state === 'dead'
    ? { next: 'done' }
    : later(operation.attempts);

/** One minute, then four times as long after each send: five sends reach over more than an hour. */
const later = (attempts: number): Next => ({
  next: 'later',
  waitSeconds: Math.min(3600, 60 * 4 ** Math.max(0, attempts - 1)),
});
