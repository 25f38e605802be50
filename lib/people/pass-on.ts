import type { Approval } from '../core/approval/approval.ts';
import { type NotPassedOn, passOn } from '../core/approval/delegation.ts';
import type { Asked } from './asked.ts';
import { page, seeOther } from './page-answer.ts';
import type { PageAnswer } from './page-request.ts';
import { noticePage } from './pages/notice.ts';
import { showStatus } from './show.ts';
import { notTaken, type Taken, wakeFor } from './take.ts';
import type { SignedInVisit } from './visit.ts';

/** Has somebody else asked in the visitor's place. The execution that waits is woken, and mails them. */
export async function passQuestionOn(
  visit: SignedInVisit,
  { asked, to, path }: { readonly asked: Asked; readonly to: string; readonly path: string },
): Promise<PageAnswer> {
  const { on, request, signedIn } = visit;
  const from = signedIn.session.approver;
  const { refused, approval } = await write(asked.approval, { from, to }, visit);
  if (refused !== undefined) return notPassedOn(visit, { ...asked, approval }, refused);
  on.log.info('an approver passed a question on', { approvalId: approval.id, approver: from, to });
  await wakeFor(approval, on);
  return seeOther(`${request.base}${path}`);
}

async function write(
  seen: Approval,
  people: { readonly from: string; readonly to: string },
  { on: { approvals, approvers, now } }: SignedInVisit,
): Promise<Taken<NotPassedOn>> {
  let approval = seen;
  for (;;) {
    const change = passOn(approval, { ...people, approvers, at: now() });
    if (typeof change === 'string') return { refused: change, approval };
    const written = await approvals.change(approval, change);
    if (written.won) return { approval: written.approval };
    approval = written.approval;
  }
}

function notPassedOn(visit: SignedInVisit, asked: Asked, refused: NotPassedOn): PageAnswer {
  if (isOver(refused)) return showStatus(visit, asked, { status: 409, remark: notTaken[refused] });
  const sentences = [reasons[refused], 'The question still waits for you.'];
  return page(422, noticePage(visit.visitor, 'Not passed on', sentences));
}

const isOver = (refused: NotPassedOn): refused is Exclude<NotPassedOn, keyof typeof reasons> =>
  !Object.hasOwn(reasons, refused);

const reasons = {
  no_approver: 'That is nobody of whom approvals are asked.',
  excluded: 'They own the agent, or requested it, and must not decide it.',
  asked: 'They are asked already, or were.',
  above_limit: 'It is above the limit up to which they, or you, may approve.',
  passed_on: 'It was passed on to you, and goes no further.',
} as const;
