import type { Approval, ApprovalChange, Approvals } from './approval.ts';

/** Changes a round as it is: where somebody else was quicker, what there is to change is asked again. Ends with nothing to change. */
export async function amend(
  approvals: Pick<Approvals, 'change'>,
  seen: Approval,
  changeOf: (round: Approval) => ApprovalChange | undefined,
): Promise<Approval> {
  let round = seen;
  for (;;) {
    const change = changeOf(round);
    if (!change) return round;
    const written = await approvals.change(round, change);
    if (written.won) return written.approval;
    round = written.approval;
  }
}
