import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID provider on loopback, at which whoever comes is signed in as `subject`, without being asked. */
export async function openIdentityProvider() {
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state = { subject: 'subject-of-anna', requests: [] as URL[] };
  return {
    issuer,
    state,
    /** Registers the one client, once its address is known. */
    serve(client: { readonly id: string; readonly secret: string; readonly redirectUri: string }) {
      const provider: Provider = new Provider(issuer, {
        clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [client.redirectUri] }],
        cookies: { keys: ['a key of the test'] },
        features: { devInteractions: { enabled: false } },
        findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
        interactions: { url: (_, { uid }) => `/interaction/${uid}` },
        async loadExistingGrant({ oidc }) {
          const grant = new provider.Grant({
            clientId: oidc.client?.clientId ?? '',
            accountId: oidc.session?.accountId ?? '',
          });
          grant.addOIDCScope('openid');
          await grant.save();
          return grant;
        },
      });
      answer = async (request, response) => {
        const url = new URL(request.url ?? '', issuer);
        state.requests.push(url);
        if (!url.pathname.startsWith('/interaction/')) return provider.callback()(request, response);
        const login = { login: { accountId: state.subject } };
        return provider.interactionFinished(request, response, login);
      };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
