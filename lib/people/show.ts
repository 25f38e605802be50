import { type Approval, whyNoAnswer } from '../core/approval/approval.ts';
import { standInsOf } from '../core/approval/delegation.ts';
import { type Asked, askedBy, dossierOf } from './asked.ts';
import { termsFor } from './batch.ts';
import { page } from './page-answer.ts';
import type { PageAnswer } from './page-request.ts';
import { approvalPage } from './pages/approval.ts';
import { nothingHere } from './pages/notice.ts';
import { openApprovalsPage } from './pages/open-approvals.ts';
import { statusPage } from './pages/status.ts';
import type { People } from './people.ts';
import { formToken } from './session.ts';
import { momentsOf, namesOf, type SignedInVisit } from './visit.ts';

/** `GET /a/{key}`: the question with its three answers, or what became of it. Changes nothing. */
export async function showApproval(visit: SignedInVisit, key: string): Promise<PageAnswer> {
  const asked = await askedBy(key, visit);
  if (!asked) return page(404, nothingHere(visit.visitor));
  const { on, request, visitor, signedIn } = visit;
  const { session, keys } = signedIn;
  if (!isOpenTo(asked.approval, session.approver, on.now())) return showStatus(visit, asked);
  const path = `/a/${key}`;
  const form = { action: `${request.base}${path}`, token: formToken(keys.session, session, path) };
  const { about, createdAt } = asked.approval;
  const earlier = about === undefined ? [] : await on.earlier.about(about, createdAt);
  const viewer = session.approver;
  const seen = { viewer, earlier, standIns: standInsFor(asked.approval, viewer, on), names: namesOf(on) };
  return page(200, approvalPage({ visitor, ...asked, ...seen, moments: momentsOf(visit), form }));
}

/** What became of a question: who, when, what. One that expired is gone. `refusal` says why an answer was not taken. */
export function showStatus(
  visit: SignedInVisit,
  { approval, dossier }: Asked,
  refusal?: { readonly status: number; readonly remark: string },
): PageAnswer {
  const moments = momentsOf(visit);
  const overdue = approval.status === 'pending' && moments.now >= approval.expiresAt;
  const seen: Approval = overdue ? { ...approval, status: 'expired' } : approval;
  const viewer = visit.signedIn.session.approver;
  const told = { viewer, names: namesOf(visit.on), moments, ...(refusal && { remark: refusal.remark }) };
  const status = seen.status === 'expired' ? 410 : (refusal?.status ?? 200);
  return page(status, statusPage(visit.visitor, { approval: seen, dossier }, told));
}

/** `GET /`: what waits for the person who looks. */
export async function showOpenApprovals(visit: SignedInVisit): Promise<PageAnswer> {
  const { on, visitor, signedIn } = visit;
  const pending = await on.approvals.pending();
  const waiting = pending.filter((approval) => isOpenTo(approval, signedIn.session.approver, on.now()));
  const shown = waiting.map((approval) => ({ approval, dossier: dossierOf(approval) }));
  return page(200, openApprovalsPage({ visitor, waiting: shown, moments: momentsOf(visit), terms: termsFor(visit) }));
}

/** Whether a round waits for what this person says. */
export const isOpenTo = (approval: Approval, approver: string, now: number): boolean =>
  whyNoAnswer(approval, approver, now) === undefined;

/** What somebody got in place of another goes no further. */
const standInsFor = (approval: Approval, from: string, { approvers }: People): string[] =>
  approval.passedOn?.some(({ to }) => to === from) ? [] : standInsOf(approval, { from, approvers });
