import { CountersignError } from '../core/errors.ts';
import type { Answer, Exchange } from './exchange.ts';
import { kept } from './kept.ts';

interface CsrfToken {
  readonly token: string;
  /** Without these cookies the token is refused: it is checked against them. */
  readonly cookie: string;
}

interface CsrfOptions {
  /** The service's root with its trailing slash: some systems redirect without it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const fetchTimeout = 10_000;

/** Whether SAP Gateway refused the CSRF token, before the service saw the request. */
export const isCsrfRefused = ({ status, headers }: Pick<Answer, 'status' | 'headers'>): boolean =>
  status === 403 && headers.get('x-csrf-token')?.toLowerCase() === 'required';

/** Adds SAP Gateway's CSRF token with its cookies to modifying requests; one refused token is fetched again. */
export function withCsrf(next: Exchange, { url, headers }: CsrfOptions): Exchange {
  const tokens = kept(() => fetchToken(next, { url, headers }));
  return async (request) => {
    if (!request.permit) return next(request);
    const send = ({ token, cookie }: CsrfToken) =>
      next({
        ...request,
        headers: { ...request.headers, ...(token && { 'x-csrf-token': token }), ...(cookie && { cookie }) },
      });
    const used = await tokens.get(request.signal);
    const answer = await send(used);
    if (!isCsrfRefused(answer)) return answer;
    tokens.drop(used);
    return send(await tokens.get(request.signal));
  };
}

async function fetchToken(next: Exchange, { url, headers }: CsrfOptions): Promise<CsrfToken> {
  const ask = (method: string) =>
    next({
      url,
      method,
      headers: { ...headers, 'x-csrf-token': 'Fetch' },
      signal: AbortSignal.timeout(fetchTimeout),
    });
  const head = await ask('HEAD');
  const answer = head.headers.has('x-csrf-token') || !headMayBeUnknown(head.status) ? head : await ask('GET');
  if (!isSuccess(answer.status)) throw notFetched(answer.status);
  const token = answer.headers.get('x-csrf-token');
  if (token === null && answer.headers.get('content-type')?.includes('html'))
    throw new CountersignError('AUTH_FAILED', 'The system answered a page for people, probably its sign-in.');
  // Where the protection is switched off there is no token, and none is asked for.
  return { token: token ?? '', cookie: cookiesOf(answer.headers) };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;
const headMayBeUnknown = (status: number): boolean => isSuccess(status) || [404, 405, 501].includes(status);

/** Whatever went wrong here, the modifying request was not sent. */
function notFetched(status: number): CountersignError {
  if (status === 403) return new CountersignError('NOT_AUTHORISED_IN_ERP', 'The service refused our user.');
  if (status === 404) return new CountersignError('UNSUPPORTED_BY_SYSTEM', 'The service is not active in the system.');
  const detail = `The system answered ${status} when asked for a CSRF token.`;
  if (status === 429) return new CountersignError('SYSTEM_THROTTLED', detail, { applied: 'no' });
  return new CountersignError('SYSTEM_UNAVAILABLE', detail, { applied: 'no' });
}

const cookiesOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
