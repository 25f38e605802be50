import { journeySchema } from './company-sign-in.ts';
import { cookie, cookieOf, noCookie } from './cookie.ts';
import { isCodeOf } from './one-time-code.ts';
import { page, seeOther } from './page-answer.ts';
import { fieldsOf, isOwnForm, type PageAnswer } from './page-request.ts';
import { noticePage } from './pages/notice.ts';
import { seal, unseal } from './sealed.ts';
import { beginSession, type Session } from './session.ts';
import { askToSignIn, formRefused, isSignedIn, provesForm, safePath, type Visit } from './visit.ts';

const journeySeconds = 600;
const notSignedIn =
  'That did not work. Check the name, and wait for the next code: each works once. After five failures sign-in rests for 15 minutes.';

/** `POST /sign-in`: a name and the code of the person's authenticator. */
export async function signInByCode(visit: Visit): Promise<PageAnswer> {
  const { on, request } = visit;
  const fields = fieldsOf(request);
  if (!fields || !isOwnForm(request) || on.signIn.kind !== 'totp') return formRefused(visit);
  const { approver: typed = '', code = '', return: goTo = '/' } = fields;
  const keys = await on.keys({ fresh: true });
  const name = approverNamed(typed, on.approvers);
  const check = { secrets: keys.totp, records: on.records, now: on.now, key: keys.session };
  const proven = await isCodeOf(name, { typed, code: code.replaceAll(' ', '') }, check);
  if (!proven || name === undefined) {
    // What somebody typed is not logged: it may be a secret in the wrong field.
    on.log.info('a sign-in was refused', { method: 'totp', ...(name !== undefined && { approver: name }) });
    return askToSignIn(visit, { status: 403, goTo, problem: notSignedIn });
  }
  return signedIn(visit, { approver: name, goTo, key: keys.session });
}

/** `GET /sign-in/oidc`: the way to the company's identity provider. */
export async function leaveForProvider(visit: Visit): Promise<PageAnswer> {
  const { on, request } = visit;
  if (!on.company) return noProvider(visit);
  const { session } = await on.keys();
  const { url, ...started } = await on.company.start(callbackOf(visit));
  const journey = { ...started, goTo: safePath(request.query.get('return') ?? '/'), startedAt: on.now() };
  const kept = cookie(request, 'countersign-sign-in', [seal(session, 'journey', journey), journeySeconds]);
  return seeOther(url, [kept]);
}

/** `GET /sign-in/callback`: back from the identity provider; its subject is one approver's, or nobody's. */
export async function returnFromProvider(visit: Visit): Promise<PageAnswer> {
  const { on, request } = visit;
  if (!on.company) return noProvider(visit);
  const { session: key } = await on.keys();
  const over = noCookie(request, 'countersign-sign-in');
  const sealed = cookieOf(request, 'countersign-sign-in') ?? '';
  const journey = unseal(key, 'journey', { sealed, schema: journeySchema });
  if (!journey || on.now() >= journey.startedAt + journeySeconds * 1000) return notProven(visit, [over]);
  const subject = await on.company
    .finish(new URL(`${callbackOf(visit)}?${request.query}`), journey)
    .catch((error: unknown) => on.log.error('a sign-in by the identity provider was refused', error));
  if (subject === undefined) return notProven(visit, [over]);
  const approver = Object.keys(on.approvers).find((name) => on.approvers[name]?.subject === subject);
  if (approver === undefined) {
    on.log.info('somebody who is no approver signed in', { method: 'oidc' });
    return page(403, noticePage(visit.visitor, 'You are no approver', ['Nobody asks you here for approvals.']), [over]);
  }
  return signedIn(visit, { approver, goTo: journey.goTo, key }, [over]);
}

/** `POST /sign-out` */
export function signOut(visit: Visit): PageAnswer {
  const { request } = visit;
  const token = fieldsOf(request)?.['csrf'] ?? '';
  if (!isOwnForm(request) || (isSignedIn(visit) && !provesForm(visit, token, '/sign-out'))) return formRefused(visit);
  return seeOther(`${request.base}/sign-in`, [noCookie(request, 'countersign')]);
}

function signedIn(
  { on, request }: Visit,
  { approver, goTo, key }: { readonly approver: string; readonly goTo: string; readonly key: Buffer },
  cookies: readonly string[] = [],
): PageAnswer {
  const session: Session = { approver, method: on.signIn.kind, issuedAt: on.now(), id: on.random() };
  on.log.info('an approver signed in', { approver, method: session.method });
  return seeOther(`${request.base}${safePath(goTo)}`, [beginSession(key, request, session), ...cookies]);
}

/** People know their e-mail address better than their name in the configuration. */
function approverNamed(typed: string, approvers: Visit['on']['approvers']): string | undefined {
  const wanted = typed.trim().toLowerCase();
  return Object.keys(approvers).find((name) => name === wanted || approvers[name]?.email.toLowerCase() === wanted);
}

const callbackOf = ({ request: { origin, base } }: Visit): string => `${origin}${base}/sign-in/callback`;

const noProvider = ({ visitor }: Visit): PageAnswer =>
  page(404, noticePage(visitor, 'No such way to sign in', ['People sign in here by a code of their authenticator.']));

const notProven = ({ visitor }: Visit, cookies: readonly string[]): PageAnswer =>
  page(403, noticePage(visitor, 'Not signed in', ['The sign-in was not completed. Start it again.']), cookies);
