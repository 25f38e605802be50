import { type Approval, type Decision, decide, type NotDecided } from '../core/approval/approval.ts';
import { askedBy } from './asked.ts';
import { verdictOf } from './decision-form.ts';
import { page, seeOther } from './page-answer.ts';
import { fieldsOf, isOwnForm, type PageAnswer } from './page-request.ts';
import { nothingHere, noticePage } from './pages/notice.ts';
import type { People } from './people.ts';
import { showStatus } from './show.ts';
import { askToSignIn, formRefused, isSignedIn, provesForm, type Visit } from './visit.ts';

/** `POST /a/{key}`: takes one answer of one person, by one conditional write, and then wakes what waits for it. */
export async function decideApproval(visit: Visit, key: string): Promise<PageAnswer> {
  const { on, request, visitor } = visit;
  const path = `/a/${key}`;
  const fields = fieldsOf(request);
  if (!fields || !isOwnForm(request)) return formRefused(visit);
  if (!isSignedIn(visit))
    return askToSignIn(visit, { status: 403, goTo: path, problem: 'You are signed out, and nothing was decided.' });
  const { csrf = '', ...rest } = fields;
  if (!provesForm(visit, csrf, path)) return formRefused(visit);
  const asked = await askedBy(key, visit);
  if (!asked) return page(404, nothingHere(visitor));
  const verdict = verdictOf(rest);
  if (!verdict)
    return page(
      422,
      noticePage(visitor, 'Nothing was decided', [
        'A refusal needs a reason of the list, and a question needs a text of at most 1,000 characters.',
      ]),
    );
  const { approver } = visit.signedIn.session;
  const { refused, approval } = await take(asked.approval, { approver, ...verdict }, on);
  if (refused) return showStatus(visit, { ...asked, approval }, { status: 409, remark: remarks[refused] });
  on.log.info('an approver decided', { approvalId: approval.id, approver, verdict: verdict.verdict });
  await wake(approval, on);
  return seeOther(`${request.base}${path}`);
}

/** Writes the decision on the round as it is; who comes second decides about the round that the first one left. */
async function take(
  seen: Approval,
  said: Omit<Decision, 'at'>,
  { approvals, now }: People,
): Promise<{ readonly refused?: NotDecided; readonly approval: Approval }> {
  let approval = seen;
  for (;;) {
    const change = decide(approval, { ...said, at: now() });
    if (typeof change === 'string') return { refused: change, approval };
    const written = await approvals.change(approval, change);
    if (written.won) return { approval: written.approval };
    approval = written.approval;
  }
}

/** The decision stands, whether the execution hears of it now or finds it later. */
async function wake({ id, status, token }: Approval, { wake: wakeUp, log }: People): Promise<void> {
  if (status === 'pending' || token === undefined) return;
  try {
    await wakeUp(token);
  } catch (error) {
    log.error('an execution could not be woken', error, { approvalId: id });
  }
}

const remarks: Readonly<Record<NotDecided, string>> = {
  settled: 'This was decided before your answer came. Your answer was not taken.',
  expired: 'The deadline has passed. Your answer was not taken.',
  not_asked: 'You are not asked. Your answer was not taken.',
  already_said: 'You have answered before. That answer stands.',
};
