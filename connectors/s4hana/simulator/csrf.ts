import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Security sessions: a CSRF token is valid only together with the cookie of the session it was fetched in. */
export interface Sessions {
  /** Response headers for `X-CSRF-Token: Fetch`: the token, and the cookie where the client has no session yet. */
  fetch(headers: IncomingHttpHeaders, clientId: string): Record<string, string | readonly string[]>;
  /** Whether a modifying request carries a token that belongs to its cookie and its client. */
  accepts(headers: IncomingHttpHeaders, clientId: string): boolean;
  expireAll(): void;
}

/** Cookie that holds the session, named as an ABAP system with id S4H and client 100 does. */
const COOKIE = 'SAP_SESSIONID_S4H_100';

/** Idle time after which a session ends. */
const IDLE_MS = 30 * 60_000;

interface Session {
  readonly token: string;
  readonly clientId: string;
  usedAt: number;
}

const cookieOf = ({ cookie = '' }: IncomingHttpHeaders): string =>
  cookie
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1) ?? '';

/** Sessions in memory: a restarted server knows none, as a real one. */
export const createSessions = (clock: { now(): number }): Sessions => {
  const sessions = new Map<string, Session>();
  const find = (headers: IncomingHttpHeaders, clientId: string): Session | undefined => {
    const session = sessions.get(cookieOf(headers));
    if (!session || session.clientId !== clientId || clock.now() - session.usedAt > IDLE_MS) return undefined;
    session.usedAt = clock.now();
    return session;
  };
  return {
    fetch: (headers, clientId): Record<string, string | readonly string[]> => {
      const known = find(headers, clientId);
      if (known) return { 'x-csrf-token': known.token };
      const id = randomBytes(24).toString('base64url');
      const token = randomBytes(16).toString('base64url');
      sessions.set(id, { token, clientId, usedAt: clock.now() });
      return {
        'x-csrf-token': token,
        'set-cookie': [`${COOKIE}=${id}; path=/; HttpOnly`, 'sap-usercontext=sap-client=100; path=/'],
      };
    },
    accepts: (headers, clientId) => {
      const session = find(headers, clientId);
      return session !== undefined && headers['x-csrf-token'] === session.token;
    },
    expireAll: () => sessions.clear(),
  };
};
