import { decideApproval } from './decide.ts';
import { decideBatch } from './decide-batch.ts';
import { noPage, page, styleSheet } from './page-answer.ts';
import type { PageAnswer, PageRequest } from './page-request.ts';
import { nothingHere, noticePage } from './pages/notice.ts';
import { style } from './pages/style.ts';
import type { People } from './people.ts';
import { showApproval, showOpenApprovals } from './show.ts';
import { showBatch } from './show-batch.ts';
import { leaveForProvider, returnFromProvider, signInByCode, signOut } from './signing-in.ts';
import { askToSignIn, isSignedIn, type SignedInVisit, safePath, type Visit, visitOf } from './visit.ts';

type Page = (visit: Visit, key: string) => PageAnswer | Promise<PageAnswer>;

/** Only a POST decides. HEAD is a GET without the body. */
interface Route {
  readonly GET?: Page;
  readonly POST?: Page;
}

const forSignedIn =
  (show: (visit: SignedInVisit, key: string) => Promise<PageAnswer>): Page =>
  (visit, key) =>
    isSignedIn(visit) ? show(visit, key) : askToSignIn(visit, { status: 200, goTo: visit.request.path });

const routes: Readonly<Record<string, Route>> = {
  '/': { GET: forSignedIn(showOpenApprovals) },
  '/batch': { GET: forSignedIn(showBatch), POST: decideBatch },
  '/sign-in': {
    GET: (visit) => askToSignIn(visit, { status: 200, goTo: safePath(visit.request.query.get('return') ?? '/') }),
    POST: signInByCode,
  },
  '/sign-in/oidc': { GET: leaveForProvider },
  '/sign-in/callback': { GET: returnFromProvider },
  '/sign-out': { POST: signOut },
  '/style.css': { GET: () => styleSheet(style) },
};
const approvalRoute: Route = { GET: forSignedIn(showApproval), POST: decideApproval };

/** The pages of the people's API: what answers a request. Any error becomes a page with a sentence. */
export const pagesOf =
  (on: People) =>
  async (request: PageRequest): Promise<PageAnswer> => {
    const made = await answer(on, request).catch((error: unknown) => {
      on.log.error('a page could not be made', error);
      const sentences = ['The page could not be made. What was decided before is kept; try again in a minute.'];
      return page(503, noticePage({ base: request.base }, 'Not possible at the moment', sentences));
    });
    return request.origin.startsWith('https:') ? { ...made, headers: { ...made.headers, ...onlyHttps } } : made;
  };

const onlyHttps = { 'strict-transport-security': 'max-age=31536000' };

async function answer(on: People, request: PageRequest): Promise<PageAnswer> {
  const { method, path } = request;
  // What cannot be a link names nothing, as a forged one does.
  const key = /^\/a\/([\w.-]{1,200})$/.exec(path)?.[1] ?? '';
  const route = routeOf(path);
  if (!route) return page(404, nothingHere((await visitOf(on, request)).visitor));
  const { GET, POST } = route;
  const methods: Readonly<Record<string, Page | undefined>> = { GET, HEAD: GET, POST };
  const allow = ['OPTIONS', ...Object.keys(methods).filter((name) => methods[name])].join(', ');
  if (method === 'OPTIONS') return noPage(204, allow);
  const handle = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!handle) return noPage(405, allow);
  const made = await handle(await visitOf(on, request), key);
  return method === 'HEAD' ? { ...made, body: '' } : made;
}

function routeOf(path: string): Route | undefined {
  if (path.startsWith('/a/')) return approvalRoute;
  return Object.hasOwn(routes, path) ? routes[path] : undefined;
}
