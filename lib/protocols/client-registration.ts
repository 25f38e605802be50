import * as z from 'zod';
import type { Connection, Rotation, RotationCall } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import { type Answer, exchangeOver } from './exchange.ts';
import { accessTokens, type OAuthSettings } from './oauth.ts';

/**
 * The credential of a client that its authorisation server lets register others: `initialAccessToken` allows that
 * (RFC 7591, 3), `registration` allows to end this client (RFC 7592, 2.3).
 */
export const registeredClient = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  initialAccessToken: z.string().min(1),
  registration: z.strictObject({ uri: z.url(), token: z.string().min(1) }),
});

/** Its parts. */
export type RegisteredClient = z.output<typeof registeredClient>;

/** What of RFC 7591's answer is needed; a secret that ends by itself would end before it is replaced. */
const registered = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('is no JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      client_id: z.string().min(1),
      client_secret: z.string().min(1),
      client_secret_expires_at: z.literal(0),
      registration_access_token: z.string().min(1),
      registration_client_uri: z.url(),
    }),
  );

/** Where the authorisation server is, in the settings and origins of one kind. */
export interface Registration<Settings> {
  registrationUrl(connection: Connection<Settings, RegisteredClient>): string;
  tokenUrl(connection: Connection<Settings, RegisteredClient>): string;
  settings?(connection: Connection<Settings, RegisteredClient>): OAuthSettings;
}

/** Replaces the client of a client credentials grant by dynamic registration (RFC 7591), and ends the old one (RFC 7592). */
export const clientRegistration = <Settings>(server: Registration<Settings>): Rotation<Settings, RegisteredClient> => ({
  idOf: ({ clientId }) => clientId,
  create: async (connection, call) => {
    const { initialAccessToken } = await connection.secret();
    const { clientAuthentication = 'basic', scope } = server.settings?.(connection) ?? {};
    const answer = await send(connection, call, {
      ...{ method: 'POST', url: server.registrationUrl(connection), token: initialAccessToken },
      body: JSON.stringify({
        client_name: call.name,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: `client_secret_${clientAuthentication}`,
        ...(scope !== undefined && { scope }),
      }),
    });
    if (answer.status !== 201) throw notRegistered(answer);
    return { ...clientIn(answer), initialAccessToken };
  },
  test: (connection, call) => signIn(server, connection, call),
  retire: async (connection, call) => {
    const { registration } = await connection.secret();
    const answer = await send(connection, call, { method: 'DELETE', url: registration.uri, token: registration.token });
    if (answer.status === 204 || (await isGone(server, connection, call))) return;
    throw new CountersignError('SYSTEM_UNAVAILABLE', `A client could not be ended: ${answer.status}.`);
  },
});

/** A server that no longer knows a client refuses its registration token too (RFC 7592, 2.3): whether it is gone, signing in tells. */
async function isGone<Settings>(
  server: Registration<Settings>,
  connection: Connection<Settings, RegisteredClient>,
  call: RotationCall,
): Promise<boolean> {
  try {
    await signIn(server, connection, call);
    return false;
  } catch (error) {
    if (isCountersignError(error) && error.code === 'AUTH_FAILED') return true;
    throw error;
  }
}

async function signIn<Settings>(
  server: Registration<Settings>,
  connection: Connection<Settings, RegisteredClient>,
  { signal }: RotationCall,
): Promise<void> {
  const { transport, secret, now } = connection;
  const settings = server.settings?.(connection);
  await accessTokens({ transport, tokenUrl: server.tokenUrl(connection), secret, now, settings }).get(signal);
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  readonly body?: string;
}

const send = (
  { transport }: Pick<Connection, 'transport'>,
  { signal }: RotationCall,
  { token, ...request }: Request,
): Promise<Answer> =>
  exchangeOver(transport)({
    ...{ ...request, signal },
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
    },
    // It modifies: it is not to go out on a connection that may be dead.
    permit: async () => undefined,
  });

function clientIn({ text }: Answer): Omit<RegisteredClient, 'initialAccessToken'> {
  const parsed = registered.safeParse(text);
  // What does not fit may hold a secret: only the names of its members go on.
  if (!parsed.success) {
    const members = parsed.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
    throw new CountersignError('SYSTEM_ANSWER_INVALID', `The answer to a registration is not usable: ${members}.`);
  }
  const { client_id, client_secret, registration_client_uri, registration_access_token } = parsed.data;
  return {
    clientId: client_id,
    clientSecret: client_secret,
    registration: { uri: registration_client_uri, token: registration_access_token },
  };
}

const notRegistered = ({ status }: Answer): CountersignError =>
  status >= 500 || status === 429
    ? new CountersignError('SYSTEM_UNAVAILABLE', `The authorisation server answered ${status} to a registration.`)
    : new CountersignError('AUTH_FAILED', `The authorisation server refused a registration: ${status}.`);
