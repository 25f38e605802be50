import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { Connection, Transport } from '../../../lib/core/connector.ts';
import { clientRegistration, type RegisteredClient } from '../../../lib/protocols/client-registration.ts';

/** What a first, hand-made client may register others with. */
export const initialAccessToken = 'initial-access-token-of-the-test';

/** A real authorisation server on loopback at which clients register and end themselves (RFC 7591, RFC 7592). */
export async function openAuthorisationServer() {
  const requests: { readonly method: string; readonly path: string }[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' });
    // A connection that is kept would outlive the test.
    response.setHeader('connection', 'close');
    return callback(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
    },
  });
  const callback = provider.callback();
  return {
    origins: { token: `${issuer}/token`, registration: `${issuer}/reg` },
    requests,
    /** Whether an API behind it would take this access token: those of a client that was ended are worth nothing. */
    async isGood(token: string): Promise<boolean> {
      const found = await provider.ClientCredentials.find(token);
      return found?.clientId !== undefined && (await provider.Client.find(found.clientId)) !== undefined;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Where it is, in the origins of a connection. */
export const rotation = clientRegistration<unknown>({
  registrationUrl: ({ origins }) => origins['registration'] ?? '',
  tokenUrl: ({ origins }) => origins['token'] ?? '',
});

/** A transport that fetches. */
export const fetching: Transport = (url, { method, headers, body, signal }) =>
  fetch(url, { method, headers, signal, redirect: 'manual', ...(body !== undefined && { body }) });

/** A connection that holds one credential. */
export const connectionWith = (
  origins: Readonly<Record<string, string>>,
  secret: RegisteredClient,
  transport: Transport = fetching,
): Connection<unknown, RegisteredClient> => ({
  ...{ origins, transport, settings: {} },
  secret: async () => secret,
  now: () => performance.now(),
});

/** A call that nothing cuts off. */
export const rotationCall = { name: 'countersign test', signal: new AbortController().signal };

/** The first client, as an operator would register it by hand. */
export async function firstClient(origins: Readonly<Record<string, string>>): Promise<RegisteredClient> {
  const registration = { uri: origins['registration'] ?? '', token: 'none' };
  const nobody = { clientId: 'nobody', clientSecret: 'none', initialAccessToken, registration };
  return rotation.create(connectionWith(origins, nobody), { ...rotationCall, name: 'made by hand' });
}

/** Whether a credential signs in. */
export const signsIn = (origins: Readonly<Record<string, string>>, secret: RegisteredClient): Promise<boolean> =>
  rotation.test(connectionWith(origins, secret), rotationCall).then(
    () => true,
    () => false,
  );
