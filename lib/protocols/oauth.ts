import * as oauth from 'oauth4webapi';
import type { Transport } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import type { Answer, Exchange } from './exchange.ts';
import { type Kept, kept } from './kept.ts';

/** What a client needs to know about an authorisation server. */
export interface OAuthSettings {
  /** `basic` unless told (RFC 6749, 2.3.1). */
  readonly clientAuthentication?: 'basic' | 'post';
  readonly scope?: string;
  readonly audience?: string;
}

/** The credential of a client. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface TokenOptions {
  readonly transport: Transport;
  /** Absolute address of the token endpoint; https unless it is on this machine. */
  readonly tokenUrl: string;
  readonly secret: (options?: { readonly fresh?: boolean }) => Promise<ClientCredentials>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly settings?: OAuthSettings | undefined;
}

interface Token {
  readonly value: string;
  readonly staleAt: number;
}

const tokenTimeout = 10_000;
const lifetimeUnlessTold = 300;

/** Access tokens by client credentials (RFC 6749, 4.4): cached, refreshed before they expire, one request for all who wait. */
export const accessTokens = (options: TokenOptions): Kept<Token> =>
  kept(
    ({ refusal }) => request(options, refusal),
    ({ staleAt }) => options.now() < staleAt,
  );

/** Adds the access token; a 401 is answered by one new token and one repetition, a second one is `AUTH_FAILED`. */
export const withBearer =
  (next: Exchange, tokens: Kept<Token>): Exchange =>
  async (sent) => {
    const send = async (): Promise<{ answer: Answer; token: Token }> => {
      const token = await tokens.get(sent.signal);
      const headers = { ...sent.headers, authorization: `Bearer ${token.value}` };
      return { answer: await next({ ...sent, headers }), token };
    };
    const first = await send();
    if (first.answer.status !== 401) return first.answer;
    tokens.drop(first.token);
    const second = await send();
    if (second.answer.status !== 401) return second.answer;
    tokens.drop(second.token);
    throw new CountersignError('AUTH_FAILED', 'The system refused a token that was just issued.');
  };

/** A system that refuses tokens may do so because their credential was replaced: it is then read past its cache. */
async function request(options: TokenOptions, fresh: boolean): Promise<Token> {
  const first = fresh ? undefined : await granted(options, await options.secret());
  if (first) return first;
  const second = await granted(options, await options.secret({ fresh: true }));
  if (second) return second;
  throw new CountersignError('AUTH_FAILED', 'The authorisation server refused the credential.');
}

/** Undefined when the server refused the credential, so that a rotated one can be tried. */
async function granted(options: TokenOptions, { clientId, clientSecret }: ClientCredentials) {
  const { tokenUrl, settings = {}, now } = options;
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: clientId };
  const authentication = settings.clientAuthentication === 'post' ? oauth.ClientSecretPost : oauth.ClientSecretBasic;
  const { scope, audience } = settings;
  const asked = now();
  try {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      authentication(clientSecret),
      { ...(scope && { scope }), ...(audience && { audience }) },
      { [oauth.customFetch]: fetchOver(options.transport), [oauth.allowInsecureRequests]: isLoopback(tokenUrl) },
    );
    const { access_token: value, expires_in: seconds = lifetimeUnlessTold } =
      await oauth.processClientCredentialsResponse(server, client, response);
    const lifetime = seconds * 1000;
    return { value, staleAt: asked + lifetime - Math.min(60_000, lifetime / 5) };
  } catch (error) {
    if (isCredentialRefused(error)) return undefined;
    throw tokenFailure(error);
  }
}

const isCredentialRefused = (error: unknown): boolean =>
  error instanceof oauth.WWWAuthenticateChallengeError ||
  (error instanceof oauth.ResponseBodyError && ['invalid_client', 'unauthorized_client'].includes(error.error));

function tokenFailure(cause: unknown): CountersignError {
  if (isCountersignError(cause))
    return new CountersignError(cause.code, 'The authorisation server did not answer.', { cause, applied: 'no' });
  if (cause instanceof oauth.ResponseBodyError && cause.status < 500)
    return new CountersignError('AUTH_FAILED', 'The authorisation server refused the request.', { cause });
  if (isUnusable(cause))
    return new CountersignError('AUTH_FAILED', 'The authorisation server answered no token.', { cause });
  return new CountersignError('SYSTEM_UNAVAILABLE', 'The authorisation server is not available.', {
    cause,
    applied: 'no',
  });
}

/** An answer that is none, or another kind of token than was asked for. */
const isUnusable = (error: unknown): boolean =>
  error instanceof oauth.UnsupportedOperationError ||
  (error instanceof oauth.OperationProcessingError && !isPassing(error.cause));

const isPassing = (cause: unknown): boolean =>
  cause instanceof SyntaxError || (cause instanceof Response && (cause.status >= 500 || cause.status === 429));

const fetchOver =
  (transport: Transport) =>
  (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, URLSearchParams>): Promise<Response> =>
    transport(url, { method, headers, body: body.toString(), signal: AbortSignal.timeout(tokenTimeout) });

const isLoopback = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
