import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Incoming, Reply } from '../../../lib/simulation/server.ts';

/** A client that may ask for tokens, and what its tokens allow. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly access: 'read' | 'write';
  /** Communication user that documents name as their creator. */
  readonly user: string;
}

/** Issues bearer tokens by client credentials (RFC 6749) and knows the ones that are valid. */
export interface TokenEndpoint {
  answer(incoming: Incoming): Reply;
  /** The client behind an Authorization header; undefined when its token is missing, unknown, expired or revoked. */
  clientOf(authorization: string | undefined): Client | undefined;
  revoke(authorization: string | undefined): void;
}

const noStore = { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', pragma: 'no-cache' };

class OAuthError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, description: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(description);
    this.name = 'OAuthError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();

const formOf = ({ headers, body, method }: Incoming): URLSearchParams => {
  if (method !== 'POST')
    throw new OAuthError('invalid_request', 'The token endpoint takes POST.', 405, { allow: 'POST' });
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new OAuthError('invalid_request', 'The content type must be application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(body.toString('utf8'));
  for (const name of form.keys()) {
    if (form.getAll(name).length > 1)
      throw new OAuthError('invalid_request', `Parameter ${name} is given more than once.`);
  }
  return form;
};

const formDecoded = (text: string): string =>
  new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? '';

const basicCredentials = (authorization: string): { id: string; secret: string } | undefined => {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const [, id, secret] =
    /^([^:]*):(.*)$/s.exec(encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: formDecoded(id), secret: formDecoded(secret) };
};

const credentials = (authorization: string | undefined, form: URLSearchParams): { id: string; secret: string } => {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization === undefined) {
    if (id === null || secret === null)
      throw new OAuthError('invalid_client', 'Client authentication is missing.', 401, {
        'www-authenticate': 'Basic realm="oauth2"',
      });
    return { id, secret };
  }
  if (secret !== null) throw new OAuthError('invalid_request', 'The client authenticates in more than one way.');
  const basic = basicCredentials(authorization);
  if (!basic)
    throw new OAuthError('invalid_client', 'The Authorization header is not Basic.', 401, {
      'www-authenticate': 'Basic realm="oauth2"',
    });
  return basic;
};

const authenticate = (clients: readonly Client[], authorization: string | undefined, form: URLSearchParams): Client => {
  const { id, secret } = credentials(authorization, form);
  const client = clients.find(
    ({ clientId, clientSecret }) => clientId === id && timingSafeEqual(digest(clientSecret), digest(secret)),
  );
  if (client) return client;
  throw new OAuthError(
    'invalid_client',
    'Bad client credentials.',
    401,
    authorization === undefined ? {} : { 'www-authenticate': 'Basic realm="oauth2"' },
  );
};

const checkGrant = (form: URLSearchParams) => {
  const grant = form.get('grant_type');
  if (grant === null || grant === '') throw new OAuthError('invalid_request', 'Parameter grant_type is missing.');
  if (grant !== 'client_credentials')
    throw new OAuthError('unsupported_grant_type', `Grant type ${grant} is not supported.`);
  const scope = form.get('scope');
  if (scope !== null && scope !== '') throw new OAuthError('invalid_scope', `Scope ${scope} is unknown.`);
};

const refusal = ({ status, code, message, headers }: OAuthError): Reply => ({
  status,
  headers: { ...noStore, ...headers },
  body: JSON.stringify({ error: code, error_description: message }),
});

const tokenOf = (authorization: string | undefined): string =>
  /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1] ?? '';

/** A token endpoint for these clients; tokens live in memory only, as a restarted server knows none. */
export const createTokenEndpoint = (inputs: {
  clients: readonly Client[];
  clock: { now(): number };
  lifetimeSeconds: number;
}): TokenEndpoint => {
  const { clients, clock, lifetimeSeconds } = inputs;
  const tokens = new Map<string, { client: Client; expires: number }>();
  const issue = (client: Client): Reply => {
    const token = randomBytes(32).toString('base64url');
    tokens.set(token, { client, expires: clock.now() + lifetimeSeconds * 1000 });
    const body = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds });
    return { status: 200, headers: noStore, body };
  };
  return {
    answer: (incoming) => {
      try {
        const form = formOf(incoming);
        const client = authenticate(clients, incoming.headers.authorization, form);
        checkGrant(form);
        return issue(client);
      } catch (error) {
        if (error instanceof OAuthError) return refusal(error);
        throw error;
      }
    },
    clientOf: (authorization) => {
      const known = tokens.get(tokenOf(authorization));
      return known && known.expires > clock.now() ? known.client : undefined;
    },
    revoke: (authorization) => void tokens.delete(tokenOf(authorization)),
  };
};
