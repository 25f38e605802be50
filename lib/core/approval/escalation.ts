import { amend } from './amend.ts';
import { type Approval, type ApprovalChange, type Approvals, ending } from './approval.ts';
import { isInvolved } from './delegation.ts';
import type { Happening } from './happening.ts';

/** What time has done to a round: nobody settled it until its end, or until somebody else is to be asked too. */
export function overdue(round: Approval, now: number): ApprovalChange | undefined {
  const { status, expiresAt, escalation } = round;
  if (status !== 'pending') return undefined;
  if (now >= expiresAt) return { ...ending('expired', now), token: undefined };
  return escalation && now >= escalation.at ? escalate(round, { at: now, reason: 'not settled in time' }) : undefined;
}

/** That a mail did not reach somebody: those are asked too who would be asked later. Undefined where that is known, or matters no more. */
export function undelivered(
  round: Approval,
  { approver, at, reason }: Required<Pick<Happening, 'approver' | 'at' | 'reason'>>,
): ApprovalChange | undefined {
  const { status, of, unreached = [], happened = [] } = round;
  if (status !== 'pending' || !of.includes(approver) || unreached.includes(approver)) return undefined;
  const known = {
    unreached: [...unreached, approver],
    happened: [...happened, { type: 'undelivered' as const, at, approver, reason }],
  };
  return { ...known, ...escalate({ ...round, ...known }, { at, reason: `no mail reaches ${approver}` }) };
}

/** Once: nobody who was asked, or was in anybody's place, is asked by it again. */
function escalate(
  round: Approval,
  { at, reason }: Required<Pick<Happening, 'at' | 'reason'>>,
): ApprovalChange | undefined {
  const { escalation, of, happened = [] } = round;
  if (!escalation || escalation.done) return undefined;
  const to = escalation.to.filter((name) => !isInvolved(round, name));
  const done = { escalation: { ...escalation, done: true as const } };
  if (to.length === 0) return done;
  const told: Happening = { type: 'escalated', at, reason: `${reason}: ${to.join(', ')}` };
  return { ...done, of: [...of, ...to], happened: [...happened, told], again: true };
}

/** What telling of a mail that came back stands on. */
export interface Undeliverable {
  readonly approvals: Approvals;
  now(): number;
  /** Wakes the execution that holds a token. */
  wake(token: string): Promise<void>;
  /** Told when a mail did not arrive, and nobody is left to be asked for that. */
  unanswered(round: Approval): void;
}

/** Takes note of a mail that did not arrive, and has the execution that waits mail those who are asked too. Decides nothing. */
export async function notDelivered(
  { approvalId, approver, reason }: { readonly approvalId: string; readonly approver: string; readonly reason: string },
  { approvals, now, wake, unanswered }: Undeliverable,
): Promise<void> {
  const found = await approvals.get(approvalId);
  if (!found) return;
  const round = await amend(approvals, found, (seen) => undelivered(seen, { approver, at: now(), reason }));
  if (round.status !== 'pending' || !round.unreached?.includes(approver)) return;
  if (round.again && round.token !== undefined) await wake(round.token);
  if (isStuck(round)) unanswered(round);
}

/** Whether nobody is left who is asked because a mail did not arrive. */
export const isStuck = ({ of, unreached = [], escalation }: Approval): boolean =>
  !escalation?.to.some((name) => of.includes(name) && !unreached.includes(name));
