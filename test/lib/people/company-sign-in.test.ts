import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { companySignIn } from '../../../lib/people/company-sign-in.ts';
import { seal } from '../../../lib/people/sealed.ts';
import { browser } from './browser.ts';
import { openIdentityProvider } from './identity-provider.ts';
import { codeOf, openPeople } from './people-bench.ts';

const client = { id: 'countersign', secret: 'secret-of-the-client-secret-of-the-client' };
let provider: Awaited<ReturnType<typeof openIdentityProvider>>;
let people: Awaited<ReturnType<typeof openPeople>>;

beforeAll(async () => {
  // The provider says what is left to its defaults.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
  provider = await openIdentityProvider();
  const signIn = { kind: 'oidc', issuer: provider.issuer, clientId: client.id } as const;
  const company = companySignIn(signIn, { secret: async () => client.secret, loopback: true });
  people = await openPeople({ signIn, company }, { base: '/people' });
  provider.serve({ ...client, redirectUri: `${people.url}/sign-in/callback` });
});
beforeEach(() => {
  provider.state.subject = 'subject-of-anna';
  provider.state.requests = [];
});
afterAll(async () => {
  await people.close();
  provider.close();
  vi.restoreAllMocks();
});

/** Goes to the provider and back, and stops before the callback is asked for. */
async function comeBack(visitor: ReturnType<typeof browser>): Promise<string> {
  let next = `${people.url}/sign-in/oidc?return=/`;
  while (!next.startsWith(`${people.url}/sign-in/callback`)) {
    const response = await visitor.once(next);
    next = new URL(response.headers.get('location') ?? '', next).href;
    await response.body?.cancel();
  }
  return next;
}

test('a link leads by the company account to its question', async () => {
  const { link, stored } = await people.ask();
  const anna = browser(people.url);
  const before = await anna.get(link);
  const [, href = ''] = /<a class="button main" href="([^"]+)"/.exec(before.body) ?? [];
  expect(before.body).not.toContain('12,400');
  const question = await anna.get(new URL(href, people.url).href);
  expect(question.url).toBe(`${people.url}${link}`);
  await anna.submit(question, 'approve');
  expect(await stored()).toMatchObject({ status: 'approved', decisions: [{ approver: 'anna' }] });
});

test('the provider is asked with PKCE, state, nonce, and for a sign-in of the last 15 minutes', async () => {
  await browser(people.url).get('/sign-in/oidc?return=/');
  const query = provider.state.requests.find(({ pathname }) => pathname === '/auth')?.searchParams;
  expect(Object.fromEntries(query ?? [])).toMatchObject({
    response_type: 'code',
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    max_age: '900',
  });
});

test('a subject that is no approver’s sees nothing', async () => {
  provider.state.subject = 'subject-of-somebody';
  const visitor = browser(people.url);
  const seen = await visitor.get('/sign-in/oidc?return=/');
  expect([seen.status, seen.body.includes('You are no approver')]).toEqual([403, true]);
  expect((await visitor.get('/')).body).toContain('<h1>Sign in</h1>');
});

test('a callback counts once, in the browser that left, with its state, and not later than 10 minutes', async () => {
  const anna = browser(people.url);
  const refused = async (visitor: typeof anna, path: string) => {
    const seen = await visitor.get(path);
    return seen.status === 403 && !visitor.jar.has('countersign');
  };
  const callback = await comeBack(anna);
  expect(await refused(browser(people.url), callback)).toBe(true);
  const other = browser(people.url);
  await comeBack(other);
  expect(await refused(other, callback)).toBe(true);
  const late = browser(people.url);
  const tooLate = await comeBack(late);
  people.advance(10 * 60_000);
  expect(await refused(late, tooLate)).toBe(true);
  const again = browser(people.url);
  const once = await comeBack(again);
  const journey = again.jar.get('countersign-sign-in') ?? '';
  expect((await again.get(once)).body).toContain('My open approvals');
  const thief = browser(people.url);
  thief.jar.set('countersign-sign-in', journey);
  expect(await refused(thief, once)).toBe(true);
});

test.each(['state', 'nonce', 'verifier'])('another %s than the one that was sent is refused', async (field) => {
  const anna = browser(people.url);
  const callback = await comeBack(anna);
  const [content = ''] = (anna.jar.get('countersign-sign-in') ?? '').split('.');
  const journey = JSON.parse(Buffer.from(content, 'base64url').toString());
  const { session } = await people.on.keys();
  anna.jar.set('countersign-sign-in', seal(session, 'journey', { ...journey, [field]: 'x'.repeat(43) }));
  expect([(await anna.get(callback)).status, anna.jar.has('countersign')]).toEqual([403, false]);
});

test('what the provider refuses is a page with a sentence', async () => {
  const anna = browser(people.url);
  const { searchParams } = new URL(await comeBack(anna));
  const query = new URLSearchParams({
    error: 'access_denied',
    error_description: '<script>',
    state: searchParams.get('state') ?? '',
  });
  const seen = await anna.get(`/sign-in/callback?${query}`);
  expect([seen.status, seen.body.includes('script')]).toEqual([403, false]);
});

test('no code signs in where the company account does', async () => {
  const seen = await browser(people.url).signIn('anna', codeOf('anna', people.now()));
  expect(seen.status).toBe(403);
  const key = (await people.on.keys()).session;
  const visitor = browser(people.url);
  const session = { approver: 'anna', method: 'totp', issuedAt: people.now(), id: 'x' };
  visitor.jar.set('countersign', seal(key, 'session', session));
  expect((await visitor.get('/')).body).toContain('<h1>Sign in</h1>');
});

test('plain http is for a provider on this machine, in the stage of this machine', async () => {
  const start = (issuer: string, loopback: boolean) =>
    companySignIn({ issuer, clientId: 'x' }, { secret: async () => undefined, loopback }).start('https://x.example/cb');
  await expect(start(provider.issuer, false)).rejects.toThrow();
  await expect(start('http://idp.example', true)).rejects.toThrow();
});

test('a provider that is down is a page; the next one who comes finds it again', async () => {
  const signIn = { kind: 'oidc', issuer: provider.issuer, clientId: client.id } as const;
  let secret: () => Promise<string> = () => Promise.reject(new Error('not set'));
  const on = { signIn, company: companySignIn(signIn, { secret: () => secret(), loopback: true }) };
  const others = await openPeople(on);
  const seen = await browser(others.url).once(`${others.url}/sign-in/oidc`);
  secret = async () => client.secret;
  const next = await browser(others.url).once(`${others.url}/sign-in/oidc`);
  expect([seen.status, next.status]).toEqual([503, 303]);
  await others.close();
});
