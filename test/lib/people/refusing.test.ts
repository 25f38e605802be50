import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newLink } from '../../../lib/people/link.ts';
import { seal } from '../../../lib/people/sealed.ts';
import { browser, formsOf, type Seen } from './browser.ts';
import { codeOf, dossier, openPeople, taskToken } from './people-bench.ts';

let people: Awaited<ReturnType<typeof openPeople>>;

beforeAll(async () => {
  people = await openPeople();
});
afterAll(() => people.close());

async function signedIn(name: 'anna' | 'bert' | 'carl') {
  people.advance(30_000);
  const visitor = browser(people.url);
  await visitor.signIn(name, codeOf(name, people.now()));
  return visitor;
}

/** Every way to spoil a link that has the form of one or not. */
const spoilt = (link: string): string[] => [
  `/a/${newLink().id}`,
  link.slice(0, -1),
  `${link}A`,
  `${link}/`,
  link.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) ^ 1)),
  link.replace(/^\/a\/./, (start) => `/a/${String.fromCharCode(start.charCodeAt(3) ^ 2)}`),
  link.toUpperCase().replace('/A/', '/a/'),
  `/a/${encodeURIComponent('link#0')}`,
  '/a/approver%23anna',
  `/a/${'x'.repeat(3000)}`,
  '/a/unknown.1',
];

test('forged, cut, changed and foreign links get one and the same refusal, byte for byte', async () => {
  const { link } = await people.ask();
  const foreign = await people.ask({ of: ['bert'] });
  const both = await people.ask({ of: ['anna', 'bert'] });
  const anna = await signedIn('anna');
  const paths = [...spoilt(link), foreign.links['bert'] ?? '', `/a/${foreign.id}`];
  const seen = await Promise.all([...paths, both.links['bert'] ?? ''].map((path) => anna.get(path)));
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([404]));
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  const shapes = seen.map(({ headers }) => JSON.stringify([...headers].filter(([name]) => name !== 'date')));
  expect(new Set(shapes).size).toBe(1);
});

test('whoever is not signed in learns nothing of a link: the same form for a true and a forged one', async () => {
  const { link } = await people.ask();
  const shape = ({ status, body }: Seen, path: string) => [status, body.replaceAll(path, '')];
  const [first, ...others] = await Promise.all(
    [link, `/a/${newLink().id}`].map(async (path) => shape(await browser(people.url).get(path), path)),
  );
  for (const other of others) expect(other).toEqual(first);
});

test('a POST without a session, with a spoilt one, or an old one, decides nothing', async () => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const [form] = formsOf(await anna.get(link)).filter(({ fields }) => fields['verdict'] === 'approve');
  const sealed = anna.jar.get('countersign') ?? '';
  const session = { approver: 'anna', method: 'totp', issuedAt: people.now(), id: 'x' };
  const cookies = [
    '',
    sealed.replace(/.$/, 'x'),
    sealed.replace('.', 'A.'),
    sealed.split('.')[0] ?? '',
    `${sealed}.${sealed}`,
    seal(randomBytes(32), 'session', session),
    seal((await people.on.keys()).session, 'journey', session),
  ];
  for (const value of cookies) {
    const visitor = browser(people.url);
    visitor.jar.set('countersign', value);
    const answer = await visitor.post(link, form?.fields ?? {});
    expect([answer.status, answer.body.includes('nothing was decided')]).toEqual([403, true]);
  }
  people.advance(15 * 60_000);
  expect((await anna.post(link, form?.fields ?? {})).status).toBe(403);
  expect((await stored())?.status).toBe('pending');
});

test('a session lasts 15 minutes for several decisions, each of its own', async () => {
  const [first, second] = [await people.ask(), await people.ask()];
  const anna = await signedIn('anna');
  await anna.submit(await anna.get(first.link), 'approve');
  expect((await second.stored())?.status).toBe('pending');
  people.advance(14 * 60_000);
  expect((await anna.submit(await anna.get(second.link), 'approve')).status).toBe(200);
  people.advance(60_000);
  expect((await anna.get('/')).body).toContain('<h1>Sign in</h1>');
});

test('a form token is for one session and one link', async () => {
  const [one, other] = [await people.ask(), await people.ask()];
  const [anna, again] = [await signedIn('anna'), await signedIn('anna')];
  const tokenOn = async (visitor: typeof anna, path: string) =>
    formsOf(await visitor.get(path)).at(-1)?.fields['csrf'] ?? '';
  const [own, ofLink, ofSession] = [
    await tokenOn(anna, one.link),
    await tokenOn(anna, other.link),
    await tokenOn(again, one.link),
  ];
  const signOut = formsOf(await anna.get('/'))[0]?.fields['csrf'] ?? '';
  for (const csrf of ['', ofLink, ofSession, signOut, `${own}x`, own.slice(1)])
    expect((await anna.post(one.link, { csrf, verdict: 'approve' })).status).toBe(403);
  expect((await anna.post(one.link, { verdict: 'approve' })).status).toBe(403);
  expect((await one.stored())?.status).toBe('pending');
  expect((await anna.post(one.link, { csrf: own, verdict: 'approve' })).status).toBe(200);
});

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another host of the site', { 'sec-fetch-site': 'same-site' }],
  ['nowhere', { 'sec-fetch-site': 'none' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['a form of another type', { 'content-type': 'text/plain' }],
])('a form from %s decides nothing, and signs nobody in', async (_, headers: Record<string, string>) => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const [form] = formsOf(await anna.get(link)).filter(({ fields }) => fields['verdict'] === 'approve');
  expect((await anna.post(link, form?.fields ?? {}, headers)).status).toBe(403);
  expect((await stored())?.status).toBe('pending');
  people.advance(30_000);
  const other = browser(people.url);
  const fields = { approver: 'anna', code: codeOf('anna', people.now()), return: '/' };
  expect([(await other.post('/sign-in', fields, headers)).status, other.jar.size]).toEqual([403, 0]);
});

test('a browser without Sec-Fetch-Site has to name our origin', async () => {
  people.advance(30_000);
  const send = async (origin: string) => {
    const body = new URLSearchParams({ approver: 'anna', code: codeOf('anna', people.now()), return: '/' });
    return (await fetch(`${people.url}/sign-in`, { method: 'POST', body, headers: { origin }, redirect: 'manual' }))
      .status;
  };
  expect([await send('null'), await send('https://evil.example'), await send(people.origin)]).toEqual([403, 403, 303]);
});

test('a field said twice, or a form of a megabyte, is refused', async () => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const csrf = formsOf(await anna.get(link)).at(-1)?.fields['csrf'] ?? '';
  for (const body of [
    `csrf=${csrf}&verdict=approve&verdict=refuse&reason=PRICE`,
    `csrf=${csrf}&verdict=approve&reason=${'x'.repeat(1_000_000)}`,
  ]) {
    const headers = { origin: 'null', 'content-type': 'application/x-www-form-urlencoded' };
    expect((await anna.request(link, { method: 'POST', body, headers })).status).toBe(403);
  }
  expect((await stored())?.status).toBe('pending');
});

test('after sign-in the way leads only to pages of ours', async () => {
  for (const goTo of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/a/../../x',
    'javascript:alert(1)',
  ]) {
    people.advance(30_000);
    const visitor = browser(people.url);
    expect((await visitor.signIn('anna', codeOf('anna', people.now()), goTo)).url).toBe(`${people.url}/`);
  }
});

test('who is signed out, or no approver any more, sees nothing', async () => {
  const { link } = await people.ask();
  const anna = await signedIn('anna');
  const [signOut] = formsOf(await anna.get('/'));
  await anna.post('/sign-out', signOut?.fields ?? {});
  expect((await anna.get(link)).body).toContain('<h1>Sign in</h1>');
  const bert = await signedIn('bert');
  const { approvers } = people.on;
  const { bert: _, ...left } = approvers;
  Object.assign(people.on, { approvers: left });
  expect((await bert.get('/')).body).toContain('<h1>Sign in</h1>');
  Object.assign(people.on, { approvers });
});

const hostile = [
  '<script>fetch("//evil.example")</script><img src=x onerror=alert(1)>',
  '[Approve now](https://evil.example) ![x](https://evil.example/x.png)',
  'total \u202e00.004,21 RUE\u202c \u2066hidden\u2069 \u200b\u{e0041}',
  'ALREADY APPROVED BY THE CFO. </blockquote></main><h1>Approved</h1>',
  `"'\`--><!--${'x'.repeat(9000)}`,
];

test.each(hostile.map((text) => [text]))('a text such as %j is shown as data wherever it stands', async (text) => {
  const fact = { label: text, value: text, untrusted: true };
  const shown = {
    action: text,
    headline: text,
    next: text,
    undo: text,
    note: text,
    differences: [text],
    facts: [{ ...fact, warning: true }],
  };
  const about = text.slice(0, 500);
  const together = await people.ask({ about, why: text, value: '1' }, shown);
  people.advance(1000);
  const { id, link } = await people.ask(
    { about, why: text, agent: text, value: '1' },
    { ...shown, lines: [[text]], lineHeadings: [text], material: { [text]: text } },
  );
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  expect(page.body).toContain('<h2 id="earlier">');
  const batch = await anna.get(`/batch?id=${id}&id=${together.id}`);
  const asked = await anna.submit(page, 'ask_back', { reason: text.slice(0, 900) });
  const list = await anna.get('/');
  const form = formsOf(batch).find(({ fields }) => 'seen' in fields);
  const results = await anna.post('/batch', form?.fields ?? {});
  expect(results.body).toContain('1 of 2 approvals was taken');
  for (const { body } of [page, asked, list, batch, results]) {
    expect(body).not.toMatch(/<(script|img|a[^>]*evil|h1>Approved)/i);
    expect(body).not.toMatch(/<\/blockquote><\/main>|[\u202a-\u202e\u2066-\u2069\u200b\u{e0041}]/u);
    expect(body).not.toContain('<!--');
  }
  if (text.includes('\u202e')) expect(page.body).toContain('[U+202E]00.004,21 RUE[U+202C]');
});

test('a note of 10,000 characters is shown whole, apart from what comes from fields', async () => {
  const note = 'n'.repeat(10_000);
  const { link } = await people.ask({}, { note });
  const { body } = await (await signedIn('anna')).get(link);
  expect(body).toContain(`>${note}</blockquote>`);
  expect(body.indexOf('<button class="main">')).toBeLessThan(body.indexOf(note));
});

test('every answer forbids scripts, frames, referrers and keeping; the token is in none of them', async () => {
  const { id, link } = await people.ask();
  const [one, two, passed] = [await people.ask({ value: '1' }), await people.ask({ value: '2' }), await people.ask()];
  const batch = `/batch?id=${one.id}&id=${two.id}`;
  const anna = await signedIn('anna');
  const seen = [
    await anna.get(link),
    await anna.get(`/a/${id}`),
    await anna.get('/'),
    await anna.get('/sign-in'),
    await anna.get(`/a/${newLink().id}`),
    await anna.get('/nothing'),
    await anna.post(link, {}),
    await anna.request(link, { method: 'OPTIONS' }),
    await anna.get(batch),
    await anna.post('/batch', formsOf(await anna.get(batch)).at(-1)?.fields ?? {}),
    await anna.submit(await anna.get(passed.link), 'pass_on', { to: 'bert' }),
    await anna.submit(await anna.get(link), 'approve'),
  ];
  for (const { headers, body } of seen) {
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(JSON.stringify([...headers])).not.toContain(taskToken);
    expect(body).not.toContain(taskToken);
    expect(body).not.toMatch(/<script|style=|https?:/);
  }
  expect(JSON.stringify(people.logged)).not.toContain(taskToken);
  expect(dossier.action).not.toContain(taskToken);
});

test('over https cookies are bound to the host, and the browser is told to stay with https', async () => {
  const deployed = await openPeople({}, { stage: 'production' });
  const visitor = browser(deployed.url);
  const body = new URLSearchParams({ approver: 'anna', code: codeOf('anna', deployed.now()), return: '/' });
  const answer = await visitor.once(`${deployed.url}/sign-in`, { method: 'POST', body });
  expect(answer.headers.getSetCookie()[0]).toMatch(
    /^__Host-countersign=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=900; Secure$/,
  );
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect((await visitor.get('/')).body).toContain('My open approvals');
  await deployed.close();
});

test('what goes wrong inside is a page with a sentence', async () => {
  const { link } = await people.ask({ shown: '{"not":"a dossier"}' });
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  expect([page.status, /Error| at .*:\d|zod/.test(page.body.replace(/<[^>]*>/g, ''))]).toEqual([503, false]);
  const { keys } = people.on;
  Object.assign(people.on, { keys: () => Promise.reject(new Error('secret hunter2')) });
  const without = await browser(people.url).signIn('anna', '123456');
  Object.assign(people.on, { keys });
  expect([without.status, without.body.includes('hunter2')]).toEqual([503, false]);
});
