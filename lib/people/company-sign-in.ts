import type * as openid from 'openid-client';
import * as z from 'zod';

/** Somebody has signed in at the identity provider at most this many seconds ago. */
const maxAge = 900;

/** What is kept in the browser, signed, between leaving for the identity provider and coming back. */
export const journeySchema = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  goTo: z.string(),
  /** Epoch ms. */
  startedAt: z.int(),
});

/** One way to the identity provider and back. */
export type Journey = z.infer<typeof journeySchema>;

/** The company's identity provider: code flow with PKCE, state and nonce. */
export interface CompanySignIn {
  /** Where the browser goes, and what must be known when it comes back. */
  start(redirectUri: string): Promise<{ readonly url: string } & Pick<Journey, 'state' | 'nonce' | 'verifier'>>;
  /** The subject that came back, proven by the provider's signature. Rejects for anything else. */
  finish(callback: URL, journey: Journey): Promise<string>;
}

/** Speaks OpenID Connect with one issuer, found by discovery once a process. `loopback` admits plain http to this machine. */
export function companySignIn(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  { secret, loopback }: { secret(): Promise<string | undefined>; readonly loopback: boolean },
): CompanySignIn {
  const local = loopback && isLoopback(issuer);
  let kept: Promise<{ client: typeof openid; configuration: openid.Configuration }> | undefined;
  const discover = async () => {
    // Only deployments with a provider pay for its library.
    const client = await import('openid-client');
    const clientSecret = await secret();
    const configuration = await client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
      { timeout: 10, ...(local && { execute: [client.allowInsecureRequests] }) },
    );
    return { client, configuration };
  };
  const provider = () => {
    kept ??= discover().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };

  return {
    async start(redirectUri) {
      const { client, configuration } = await provider();
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        max_age: String(maxAge),
      });
      return { url: url.href, state, nonce, verifier };
    },

    async finish(callback, { state, nonce, verifier }) {
      const { client, configuration } = await provider();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, maxAge };
      const grant = client.authorizationCodeGrant(configuration, callback, { ...checks, idTokenExpected: true });
      const tokens = await grant.catch((error: unknown) => {
        // The provider's keys or our secret may have changed since they were read.
        kept = undefined;
        throw error;
      });
      const claims = tokens.claims();
      if (!claims || new URL(claims.iss).href !== new URL(issuer).href)
        throw new Error('the ID token is of another issuer');
      return claims.sub;
    },
  };
}

function isLoopback(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
}
