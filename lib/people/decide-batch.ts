import type { Approval } from '../core/approval/approval.ts';
import { type Asked, dossierOf } from './asked.ts';
import { batchFormPath, problemOf, type Selection, selectionOf, termsFor } from './batch.ts';
import { page } from './page-answer.ts';
import { fieldsOf, isOwnForm, type PageAnswer } from './page-request.ts';
import { type BatchResult, batchResultsPage } from './pages/batch-results.ts';
import { nothingHere, noticePage } from './pages/notice.ts';
import { takeAsSeen, wakeFor } from './take.ts';
import {
  askToSignIn,
  formRefused,
  isSignedIn,
  momentsOf,
  namesOf,
  provesForm,
  type SignedInVisit,
  type Visit,
} from './visit.ts';

/** `POST /batch`: approves what a page has shown together, each by a conditional write of its own on the version that was seen. */
export async function decideBatch(visit: Visit): Promise<PageAnswer> {
  const fields = fieldsOf(visit.request);
  if (!fields || !isOwnForm(visit.request)) return formRefused(visit);
  if (!isSignedIn(visit))
    return askToSignIn(visit, { status: 403, goTo: '/', problem: 'You are signed out, and nothing was decided.' });
  const { csrf = '', seen = '' } = fields;
  const selection = selectionOf(seen);
  if (!provesForm(visit, csrf, batchFormPath(selection))) return formRefused(visit);
  const terms = termsFor(visit);
  if (!terms) return page(404, nothingHere(visit.visitor));
  const rounds = await Promise.all(selection.map(({ id }) => visit.on.approvals.get(id)));
  const known = rounds.filter((round): round is Approval => round !== undefined);
  const problem = problemOf(known, terms);
  if (problem !== undefined) return page(422, noticePage(visit.visitor, 'Nothing was approved', [problem]));
  const shown = known.map((approval) => ({ approval, dossier: dossierOf(approval) }));
  return results(visit, await approveEach(shown, selection, visit));
}

/** One after the other: each stands for itself, and one that cannot be written says nothing of the others. */
async function approveEach(
  shown: readonly Asked[],
  selection: Selection,
  { on, signedIn: { session } }: SignedInVisit,
): Promise<BatchResult[]> {
  const { approver } = session;
  const all: BatchResult[] = [];
  for (const { approval: round, dossier } of shown) {
    const version = selection.find(({ id }) => id === round.id)?.version ?? 0;
    try {
      const taken = await takeAsSeen(round, { approver, verdict: 'approve', version }, on);
      all.push({ ...taken, dossier });
      if (taken.refused !== undefined) continue;
      on.log.info('an approver decided', { approvalId: round.id, approver, verdict: 'approve', together: 'yes' });
      if (taken.approval.status !== 'pending') await wakeFor(taken.approval, on);
    } catch (error) {
      on.log.error('a decision could not be written', error, { approvalId: round.id });
      all.push({ refused: 'failed', approval: round, dossier });
    }
  }
  return all;
}

function results(visit: SignedInVisit, all: readonly BatchResult[]): PageAnswer {
  const status = all.some(({ refused }) => refused === undefined) ? 200 : 409;
  return page(status, batchResultsPage(visit.visitor, all, { names: namesOf(visit.on), moments: momentsOf(visit) }));
}
