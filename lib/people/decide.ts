import { askedBy } from './asked.ts';
import { answerOf } from './decision-form.ts';
import { page, seeOther } from './page-answer.ts';
import { fieldsOf, isOwnForm, type PageAnswer } from './page-request.ts';
import { nothingHere, noticePage } from './pages/notice.ts';
import { passQuestionOn } from './pass-on.ts';
import { showStatus } from './show.ts';
import { notTaken, take, wakeFor } from './take.ts';
import { askToSignIn, formRefused, isSignedIn, provesForm, type Visit } from './visit.ts';

const unreadable =
  'A refusal needs a reason of the list, a question a text of at most 1,000 characters, and whoever passes it on a person.';

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
  const answer = answerOf(rest);
  if (!answer) return page(422, noticePage(visitor, 'Nothing was decided', [unreadable]));
  if (answer.verdict === 'pass_on') return passQuestionOn(visit, { asked, to: answer.to, path });
  const { approver } = visit.signedIn.session;
  const { refused, approval } = await take(asked.approval, { approver, ...answer }, on);
  if (refused) return showStatus(visit, { ...asked, approval }, { status: 409, remark: notTaken[refused] });
  on.log.info('an approver decided', { approvalId: approval.id, approver, verdict: answer.verdict });
  if (approval.status !== 'pending') await wakeFor(approval, on);
  return seeOther(`${request.base}${path}`);
}
