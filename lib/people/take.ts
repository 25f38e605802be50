import {
  type Approval,
  type ApprovalChange,
  type Decision,
  decide,
  type NotDecided,
} from '../core/approval/approval.ts';
import { isWithin } from '../core/approval/delegation.ts';
import type { People } from './people.ts';

/** What one person says, without the moment. */
export type Said = Omit<Decision, 'at'>;

/** What became of an answer: taken, where nothing was refused. */
export interface Taken<Refusal> {
  readonly refused?: Refusal;
  /** The round as it is now. */
  readonly approval: Approval;
}

/** Why an answer is not taken: also because the person may approve less today than when they were asked. */
export type NotTaken = NotDecided | 'above_limit';

function changeBy(approval: Approval, decision: Decision, { approvers }: People): ApprovalChange | NotTaken {
  const person = Object.hasOwn(approvers, decision.approver) ? approvers[decision.approver] : undefined;
  const change = decide(approval, decision);
  if (typeof change === 'string' || decision.verdict !== 'approve') return change;
  return person && isWithin(person, approval) ? change : 'above_limit';
}

/** Writes a decision on the round as it is; who comes second decides about the round that the first one left. */
export async function take(seen: Approval, said: Said, on: People): Promise<Taken<NotTaken>> {
  const { approvals, now } = on;
  let approval = seen;
  for (;;) {
    const change = changeBy(approval, { ...said, at: now() }, on);
    if (typeof change === 'string') return { refused: change, approval };
    const written = await approvals.change(approval, change);
    if (written.won) return { approval: written.approval };
    approval = written.approval;
  }
}

/** Writes a decision on the version that was seen, and on no other. */
export async function takeAsSeen(
  found: Approval,
  { version, ...said }: Said & { readonly version: number },
  on: People,
): Promise<Taken<NotTaken | 'changed'>> {
  const decision = { ...said, at: on.now() };
  const change = changeBy(found, decision, on);
  if (typeof change === 'string') return { refused: change, approval: found };
  if (found.version !== version) return { refused: 'changed', approval: found };
  const { won, approval } = await on.approvals.change(found, change);
  if (won) return { approval };
  const again = changeBy(approval, decision, on);
  return { refused: typeof again === 'string' ? again : 'changed', approval };
}

/** Wakes what waits for a round. What was written stands, whether the execution hears of it now or finds it later. */
export async function wakeFor({ id, token }: Approval, { wake, log }: People): Promise<void> {
  if (token === undefined) return;
  try {
    await wake(token);
  } catch (error) {
    log.error('an execution could not be woken', error, { approvalId: id });
  }
}

/** Why an answer was not taken, as people read it. */
export const notTaken: Readonly<Record<NotTaken, string>> = {
  settled: 'This was decided before your answer came. Your answer was not taken.',
  expired: 'The deadline has passed. Your answer was not taken.',
  not_asked: 'You are not asked. Your answer was not taken.',
  already_said: 'You have answered before. That answer stands.',
  above_limit: 'It is above the limit up to which you may approve by now. Your answer was not taken.',
};
