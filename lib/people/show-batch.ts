import { type Asked, askedBy } from './asked.ts';
import { batchFormPath, problemOf, selectionText, termsFor, totalOf } from './batch.ts';
import { page } from './page-answer.ts';
import type { PageAnswer } from './page-request.ts';
import { batchPage } from './pages/batch.ts';
import { nothingHere, noticePage } from './pages/notice.ts';
import { formToken } from './session.ts';
import { isOpenTo } from './show.ts';
import { momentsOf, type SignedInVisit } from './visit.ts';

/** What cannot be the id of a round is asked of no store. */
const isRoundId = (text: string): boolean => /^[\w-]{1,190}\.\d{1,9}$/.test(text);

/** `GET /batch?id=…&id=…`: what would be approved together, line by line, and its total. Changes nothing. */
export async function showBatch(visit: SignedInVisit): Promise<PageAnswer> {
  const { on, request, visitor, signedIn } = visit;
  const terms = termsFor(visit);
  if (!terms) return page(404, nothingHere(visitor));
  const ids = [...new Set(request.query.getAll('id'))].slice(0, 100);
  const found = await Promise.all(ids.map((id) => (isRoundId(id) ? askedBy(id, visit) : undefined)));
  const chosen = found.filter((asked): asked is Asked => asked !== undefined);
  const rounds = chosen.map(({ approval }) => approval);
  const gone =
    chosen.length < ids.length || !rounds.every((each) => isOpenTo(each, signedIn.session.approver, on.now()));
  const problem = gone ? 'One of them does not wait for you any more. Choose again.' : problemOf(rounds, terms);
  if (problem !== undefined) return page(422, noticePage(visitor, 'Not together', [problem]));
  const token = formToken(signedIn.keys.session, signedIn.session, batchFormPath(rounds));
  const { currency } = terms;
  const form = { action: `${request.base}/batch`, token, seen: selectionText(rounds) };
  return page(200, batchPage({ visitor, chosen, total: totalOf(rounds), currency, moments: momentsOf(visit), form }));
}
