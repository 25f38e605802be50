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

/** The issuer's library and what discovery told about it. */
interface Provider {
  readonly client: typeof openid;
  readonly configuration: openid.Configuration;
}

/** How to reach the identity provider. */
export interface CompanySignInOptions {
  /** The client's secret; without one the client is a public one. */
  secret(): Promise<string | undefined>;
  /** Admits plain http to a provider on this machine. */
  readonly loopback: boolean;
}

/** Speaks OpenID Connect with one issuer, found by discovery once a process. */
export function companySignIn(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  options: CompanySignInOptions,
): CompanySignIn {
  let kept: Promise<Provider> | undefined;
  const forget = (error: unknown) => {
    // The provider may have been down, or its keys or our secret have changed since.
    kept = undefined;
    throw error;
  };
  const provider = () => {
    kept ??= discover({ issuer, clientId }, options).catch(forget);
    return kept;
  };
  return {
    start: async (redirectUri) => leave(await provider(), redirectUri),
    async finish(callback, journey) {
      const { iss, sub } = await arrive(await provider(), callback, journey).catch(forget);
      if (new URL(iss).href !== new URL(issuer).href) throw new Error('the ID token is of another issuer');
      return sub;
    },
  };
}

async function discover(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  { secret, loopback }: CompanySignInOptions,
): Promise<Provider> {
  // Only deployments with a provider pay for its library.
  const client = await import('openid-client');
  const clientSecret = await secret();
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret),
    { timeout: 10, ...(loopback && isLoopback(issuer) && { execute: [client.allowInsecureRequests] }) },
  );
  return { client, configuration };
}

async function leave({ client, configuration }: Provider, redirectUri: string) {
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
}

async function arrive({ client, configuration }: Provider, callback: URL, { state, nonce, verifier }: Journey) {
  const tokens = await client.authorizationCodeGrant(configuration, callback, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    maxAge,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new Error('there is no ID token');
  return claims;
}

function isLoopback(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
}
