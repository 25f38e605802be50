import type { Stage } from '../../../lib/simulation/misbehave.ts';
import type { Incoming } from '../../../lib/simulation/server.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';
import type { Sessions } from './csrf.ts';
import type { Client, TokenEndpoint } from './oauth.ts';
import { ODataError } from './odata/error.ts';

/** What belongs to one running simulator and not to its durable state. */
export interface Door {
  readonly tokens: TokenEndpoint;
  readonly sessions: Sessions;
}

/** The client behind the request's access token; 401 without a valid one. */
export const authenticate = (door: Door, stage: Stage, incoming: Incoming, call: Call): Client => {
  if (stage.faults.take(['token-revoked'], call)) door.tokens.revoke(incoming.headers.authorization);
  const client = door.tokens.clientOf(incoming.headers.authorization);
  if (client) return client;
  const detail = incoming.headers.authorization === undefined ? '' : ', error="invalid_token"';
  throw new ODataError(401, '/IWFND/CM_CONSUMER/101', 'Logon failed: no valid access token.', {
    headers: { 'www-authenticate': `Bearer realm="S4H"${detail}` },
  });
};

/** Checks a modifying request's CSRF token (403 Required), then whether its client may change anything (403). */
export const checkModifying = (
  door: Door,
  stage: Stage,
  { incoming, call, client }: { incoming: Incoming; call: Call; client: Client },
) => {
  if (stage.faults.take(['csrf-expired'], call)) door.sessions.expireAll();
  if (!door.sessions.accepts(incoming.headers, client.clientId)) {
    throw new ODataError(403, '/IWFND/CM_GW/403', 'CSRF token validation failed', {
      headers: { 'x-csrf-token': 'Required' },
    });
  }
  if (client.access === 'read') throw new ODataError(403, '/IWFND/CM_MGW/403', 'No authorization to change anything.');
};
