import { expect, test } from 'vitest';
import { CountersignError } from '../../../lib/core/errors.ts';
import { exchangeOver } from '../../../lib/protocols/exchange.ts';
import { accessTokens, type ClientCredentials, type OAuthSettings, withBearer } from '../../../lib/protocols/oauth.ts';
import { jsonAnswer, type Sent, scriptedTransport } from './scripted-transport.ts';

const tokenUrl = 'https://erp.example/oauth2/token';
const api = 'https://erp.example/api';

interface World {
  /** Status of an API call by its token. */
  readonly accepts?: (token: string) => boolean;
  readonly token?: (sent: Sent, n: number) => Response | Promise<Response>;
  readonly secrets?: readonly ClientCredentials[];
  readonly settings?: OAuthSettings;
  readonly lifetime?: number;
}

/** An authorisation server that issues t1, t2 ... and an API behind it. */
function world({
  accepts = () => true,
  token,
  secrets = [{ clientId: 'id', clientSecret: 's&1' }],
  settings,
  lifetime = 3600,
}: World) {
  let issued = 0;
  let now = 1_000_000;
  const fresh: boolean[] = [];
  const { transport, sent } = scriptedTransport(async (request) => {
    if (request.url !== tokenUrl)
      return new Response('', { status: accepts(request.headers['authorization']?.slice(7) ?? '') ? 200 : 401 });
    issued += 1;
    return (
      (await token?.(request, issued)) ??
      jsonAnswer({ access_token: `t${issued}`, token_type: 'bearer', expires_in: lifetime })
    );
  });
  const tokens = accessTokens({
    transport,
    tokenUrl,
    secret: async (options) => {
      fresh.push(options?.fresh ?? false);
      return secrets[Math.min(fresh.length, secrets.length) - 1] ?? { clientId: '', clientSecret: '' };
    },
    now: () => now,
    settings,
  });
  const exchange = withBearer(exchangeOver(transport), tokens);
  return {
    sent,
    fresh,
    call: (permit?: () => Promise<void>) =>
      exchange({
        url: api,
        method: 'GET',
        headers: {},
        signal: new AbortController().signal,
        ...(permit && { permit }),
      }),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    tokenRequests: () => sent.filter(({ url }) => url === tokenUrl).length,
  };
}

test('a hundred cold calls at once share one token request', async () => {
  const { call, tokenRequests } = world({});
  const answers = await Promise.all(Array.from({ length: 100 }, () => call()));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(tokenRequests()).toBe(1);
});

test('the credential goes into the Authorization header, encoded, or into the form where the settings say so', async () => {
  const basic = world({});
  await basic.call();
  expect(basic.sent[0]).toMatchObject({ method: 'POST', body: 'grant_type=client_credentials' });
  expect(basic.sent[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('id:s%261').toString('base64')}`);
  const post = world({ settings: { clientAuthentication: 'post', scope: 'api', audience: 'erp' } });
  await post.call();
  const form = new URLSearchParams(post.sent[0]?.body);
  expect(Object.fromEntries(form)).toMatchObject({
    client_id: 'id',
    client_secret: 's&1',
    scope: 'api',
    audience: 'erp',
  });
});

test('a token is kept until shortly before it expires', async () => {
  const { call, pass, tokenRequests } = world({ lifetime: 600 });
  await call();
  pass(539_000);
  await call();
  expect(tokenRequests()).toBe(1);
  pass(2_000);
  await call();
  expect(tokenRequests()).toBe(2);
});

test('a token that is refused once is fetched again, and the call is repeated once with leave for each dispatch', async () => {
  const { call, sent, tokenRequests } = world({ accepts: (token) => token !== 't1' });
  let permits = 0;
  await expect(
    call(async () => {
      permits += 1;
    }),
  ).resolves.toMatchObject({ status: 200 });
  expect(tokenRequests()).toBe(2);
  expect(sent.filter(({ url }) => url === api)).toHaveLength(2);
  expect(permits).toBe(2);
});

test('many calls that meet the same revoked token share one new one', async () => {
  const { call, tokenRequests } = world({ accepts: (token) => token !== 't1' });
  await Promise.all(Array.from({ length: 20 }, () => call()));
  expect(tokenRequests()).toBe(2);
});

test('a system that refuses every token is asked twice, then the sign-in has failed', async () => {
  const { call, sent } = world({ accepts: () => false });
  await expect(call()).rejects.toMatchObject({ code: 'AUTH_FAILED', applied: 'no' });
  expect(sent.filter(({ url }) => url === api)).toHaveLength(2);
});

test('a refused credential is read once past its cache, which follows a rotation', async () => {
  const refuseOld = (sent: Sent) =>
    sent.headers['authorization']?.endsWith(Buffer.from('id:new').toString('base64'))
      ? jsonAnswer({ access_token: 'x', token_type: 'bearer', expires_in: 60 })
      : jsonAnswer({ error: 'invalid_client' }, { status: 401 });
  const secrets = [
    { clientId: 'id', clientSecret: 'old' },
    { clientId: 'id', clientSecret: 'new' },
  ];
  const { call, fresh } = world({ token: refuseOld, secrets });
  await expect(call()).resolves.toMatchObject({ status: 200 });
  expect(fresh).toEqual([false, true]);
});

test('a token that the system refuses is renewed with the credential as it is now: its client may have been replaced', async () => {
  const secrets = [
    { clientId: 'id', clientSecret: 'old' },
    { clientId: 'id', clientSecret: 'new' },
  ];
  const { call, fresh, sent, tokenRequests } = world({ accepts: (token) => token !== 't1', secrets });
  await expect(call()).resolves.toMatchObject({ status: 200 });
  expect(fresh).toEqual([false, true]);
  expect(tokenRequests()).toBe(2);
  const renewed = sent.filter(({ url }) => url === tokenUrl).at(-1);
  expect(renewed?.headers['authorization']).toBe(`Basic ${Buffer.from('id:new').toString('base64')}`);
  await call();
  expect(fresh).toHaveLength(2);
});

test('a credential that stays refused is AUTH_FAILED after two token requests, and the secret is in no message', async () => {
  const refuse = () =>
    jsonAnswer({ error: 'invalid_client' }, { status: 401, headers: { 'www-authenticate': 'Basic' } });
  const { call, tokenRequests } = world({ token: refuse });
  const error: unknown = await call().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'AUTH_FAILED', applied: 'no' });
  expect(String(error)).not.toContain('s&1');
  expect(tokenRequests()).toBe(2);
});

test.each([
  ['is down', () => new Response('', { status: 503 }), 'SYSTEM_UNAVAILABLE'],
  ['fails', () => jsonAnswer({ error: 'server_error' }, { status: 500 }), 'SYSTEM_UNAVAILABLE'],
  [
    'does not answer in time',
    () => Promise.reject(new DOMException('The operation timed out.', 'TimeoutError')),
    'SYSTEM_UNAVAILABLE',
  ],
  [
    'answers more than anybody reads',
    () => Promise.reject(new CountersignError('SYSTEM_ANSWER_INVALID', 'large', { applied: 'unknown' })),
    'SYSTEM_ANSWER_INVALID',
  ],
  ['does not know the client', () => jsonAnswer({ error: 'invalid_client' }, { status: 400 }), 'AUTH_FAILED'],
  ['answers a list', () => jsonAnswer([]), 'AUTH_FAILED'],
  ['answers a token of another kind', () => jsonAnswer({ access_token: 'x', token_type: 'mac' }), 'AUTH_FAILED'],
  ['is throttled', () => new Response('', { status: 429 }), 'SYSTEM_UNAVAILABLE'],
  [
    'sends half an answer',
    () => new Response('{"access_to', { headers: { 'content-type': 'application/json' } }),
    'SYSTEM_UNAVAILABLE',
  ],
  ['answers a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), 'AUTH_FAILED'],
  ['redirects', () => new Response('', { status: 302, headers: { location: 'https://idp.example' } }), 'AUTH_FAILED'],
  ['refuses the scope', () => jsonAnswer({ error: 'invalid_scope' }, { status: 400 }), 'AUTH_FAILED'],
])('when the authorisation server %s, nothing was applied', async (_, token, code) => {
  const { call, sent } = world({ token });
  await expect(call(async () => undefined)).rejects.toMatchObject({ code, applied: 'no' });
  expect(sent.filter(({ url }) => url === api)).toHaveLength(0);
});

test('when the connection to the authorisation server breaks after sending, still nothing was applied', async () => {
  const token = () => Promise.reject(new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' }));
  const { call } = world({ token });
  await expect(call(async () => undefined)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE', applied: 'no' });
});

test('plain http is spoken to this machine only', async () => {
  const { transport } = scriptedTransport(() => jsonAnswer({ access_token: 'x', token_type: 'bearer' }));
  const from = (url: string) =>
    accessTokens({
      transport,
      tokenUrl: url,
      secret: async () => ({ clientId: 'a', clientSecret: 'b' }),
      now: () => 0,
    });
  const { signal } = new AbortController();
  await expect(from('http://127.0.0.1:1/token').get(signal)).resolves.toMatchObject({ value: 'x' });
  await expect(from('http://erp.example/token').get(signal)).rejects.toBeDefined();
});

test('a caller whose time is over stops waiting; the others get the token', async () => {
  const gate = Promise.withResolvers<void>();
  const token = async () => {
    await gate.promise;
    return jsonAnswer({ access_token: 'late', token_type: 'bearer' });
  };
  const { call } = world({ token });
  const other = call();
  const { transport } = scriptedTransport(() => jsonAnswer({}));
  const tokens = accessTokens({ transport, tokenUrl, secret: () => new Promise(() => undefined), now: () => 0 });
  const controller = new AbortController();
  const waiting = tokens.get(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE', applied: 'no' });
  gate.resolve();
  await expect(other).resolves.toMatchObject({ status: 200 });
});
