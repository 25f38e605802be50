import { cookieOf } from './cookie.ts';
import { type Moments, momentsIn } from './moment.ts';
import { page } from './page-answer.ts';
import type { PageAnswer, PageRequest } from './page-request.ts';
import type { Visitor } from './pages/layout.ts';
import { noticePage } from './pages/notice.ts';
import { signInPage } from './pages/sign-in.ts';
import type { Keys, People } from './people.ts';
import { formToken, isFormToken, type Session, sessionOf } from './session.ts';

/** One request, and who made it. */
export interface Visit {
  readonly on: People;
  readonly request: PageRequest;
  /** Absent before sign-in. */
  readonly signedIn?: { readonly session: Session; readonly keys: Keys };
  readonly visitor: Visitor;
}

/** A visit by somebody who has signed in. */
export type SignedInVisit = Visit & { readonly signedIn: NonNullable<Visit['signedIn']> };

/** Finds out who makes a request. Who is no approver any more is nobody. */
export async function visitOf(on: People, request: PageRequest): Promise<Visit> {
  const anonymous: Visit = { on, request, visitor: { base: request.base } };
  if (cookieOf(request, 'countersign') === undefined) return anonymous;
  const keys = await on.keys();
  const session = sessionOf(keys.session, request, on.now());
  if (!session || session.method !== on.signIn.kind) return anonymous;
  const approver = Object.hasOwn(on.approvers, session.approver) ? on.approvers[session.approver] : undefined;
  if (!approver) return anonymous;
  const signedIn = { name: approver.name, formToken: formToken(keys.session, session, '/sign-out') };
  return { on, request, signedIn: { session, keys }, visitor: { base: request.base, signedIn } };
}

export const isSignedIn = (visit: Visit): visit is SignedInVisit => visit.signedIn !== undefined;

/** Whether the form was made by a page of this session for this path. */
export const provesForm = ({ signedIn: { session, keys } }: SignedInVisit, token: string, path: string): boolean =>
  isFormToken(token, keys.session, [session, path]);

/** How people are named on pages. */
export const namesOf =
  ({ approvers }: People) =>
  (approver: string): string =>
    (Object.hasOwn(approvers, approver) && approvers[approver]?.name) || approver;

/** Moments as this visit sees them. */
export const momentsOf = ({ on }: Visit): Moments => momentsIn(on.timeZone, on.now());

/** Asks who it is. The answer is the same whatever the path names, and whether it names anything. */
export const askToSignIn = (
  { on, request }: Visit,
  { status, goTo, problem }: { readonly status: number; readonly goTo: string; readonly problem?: string },
): PageAnswer =>
  page(status, signInPage({ visitor: { base: request.base }, kind: on.signIn.kind, goTo: safePath(goTo), problem }));

/** A way on inside these pages; anything else is the list of approvals. */
export const safePath = (path: string): string => (/^\/(a\/[\w.-]{1,200})?$/.test(path) ? path : '/');

/** A form that no page of ours made for this session. Nothing was decided. */
export const formRefused = ({ visitor }: Visit): PageAnswer =>
  page(
    403,
    noticePage(visitor, 'Not accepted', [
      'This form did not come from a page that was opened in this browser. Nothing was decided.',
      'Open the page again, in a current browser, and repeat it there.',
    ]),
  );
