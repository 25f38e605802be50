import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser, formsOf } from './browser.ts';
import { codeOf, openPeople, taskToken } from './people-bench.ts';

let people: Awaited<ReturnType<typeof openPeople>>;

beforeAll(async () => {
  people = await openPeople({}, { base: '/people' });
});
afterAll(() => people.close());

/** Somebody who has signed in. Each code works once: the clock moves on to the next. */
async function signedIn(name: 'anna' | 'bert' | 'carl') {
  people.advance(30_000);
  const visitor = browser(people.url);
  const seen = await visitor.signIn(name, codeOf(name, people.now()));
  expect(seen.body).toContain('My open approvals');
  return visitor;
}

test('before sign-in a link shows nothing but the form to sign in, and leads on to the question', async () => {
  const { link } = await people.ask();
  const anna = browser(people.url);
  const before = await anna.get(link);
  expect(before.status).toBe(200);
  for (const word of ['12,400', 'Norland', 'Order for', 'buyer-agent', 'Approve'])
    expect(before.body).not.toContain(word);
  people.advance(30_000);
  const [form] = formsOf(before);
  const after = await anna.post('/sign-in', { ...form?.fields, approver: 'anna', code: codeOf('anna', people.now()) });
  expect(after.url).toBe(`${people.url}${link}`);
  expect(after.body).toContain('Approve: <bdi>Order for EUR 12,400.00</bdi>');
});

test('the page says what will happen, why one is asked, how old each fact is, and until when', async () => {
  const { link } = await people.ask({}, { differences: ['Price: 60.00 before, 62.00 now'] });
  const { body } = await (await signedIn('anna')).get(link);
  for (const words of [
    'is above the limit of 10,000 EUR',
    'It is sent to the supplier at once.',
    'can be cancelled until the first goods receipt',
    ' min. ago',
    'Look twice',
    'in 2 days',
    'RM-6204',
    'Price: 60.00 before, 62.00 now',
    'Needed before the line stops',
    'Nobody has checked them',
  ])
    expect(body).toContain(words);
  expect(body).not.toContain(taskToken);
});

test('who approves sees who decided what and when; the execution is woken, the link is only a status from then on', async () => {
  const { link, stored } = await people.ask();
  people.wakes.length = 0;
  const anna = await signedIn('anna');
  const after = await anna.submit(await anna.get(link), 'approve');
  expect(after.status).toBe(200);
  expect(after.body).toMatch(/<h1>Approved<\/h1>[\s\S]*Anna Example<\/strong> approved <time/);
  expect(formsOf(after).filter(({ action }) => action.includes('/a/'))).toEqual([]);
  expect(await stored()).toMatchObject({
    status: 'approved',
    decisions: [{ approver: 'anna', verdict: 'approve', at: expect.any(Number) }],
  });
  expect(people.wakes).toEqual([taskToken]);
  expect((await anna.get(link)).body).toContain('<h1>Approved</h1>');
});

test('a refusal keeps its reason, a question its text', async () => {
  const [refused, asked] = [await people.ask(), await people.ask()];
  const anna = await signedIn('anna');
  const no = await anna.submit(await anna.get(refused.link), 'refuse', { reason: 'PRICE' });
  expect(no.body).toContain('The price is too high');
  expect(await refused.stored()).toMatchObject({ status: 'refused', decisions: [{ reason: 'PRICE' }] });
  const why = await anna.submit(await anna.get(asked.link), 'ask_back', { reason: 'Why not <b>two</b>\r\nlots?' });
  expect(why.body).toContain('Why not &lt;b&gt;two&lt;/b&gt;\nlots?');
  expect(await asked.stored()).toMatchObject({
    status: 'asked_back',
    decisions: [{ reason: 'Why not <b>two</b>\nlots?' }],
  });
});

test.each([
  [{ verdict: 'refuse' }],
  [{ verdict: 'refuse', reason: 'BECAUSE' }],
  [{ verdict: 'refuse', reason: 'toString' }],
  [{ verdict: 'ask_back', reason: '  ' }],
  [{ verdict: 'ask_back', reason: 'x'.repeat(1001) }],
  [{ verdict: 'approve', reason: 'PRICE' }],
  [{ verdict: 'withdraw' }],
  [{}],
])('%j decides nothing', async (fields: Record<string, string>) => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const csrf = formsOf(await anna.get(link)).at(-1)?.fields['csrf'] ?? '';
  expect((await anna.post(link, { csrf, ...fields })).status).toBe(422);
  expect((await stored())?.status).toBe('pending');
});

test('50 times GET, HEAD and OPTIONS, signed in or not, leave a question as it was', async () => {
  const { id, link, stored } = await people.ask();
  const before = await stored();
  for (const visitor of [browser(people.url), await signedIn('anna')])
    for (const path of [link, `/a/${id}`, '/'])
      await Promise.all(
        ['GET', 'HEAD', 'OPTIONS'].flatMap((method) =>
          Array.from({ length: 50 }, () => visitor.request(`${path}?verdict=approve`, { method })),
        ),
      );
  expect(await stored()).toEqual(before);
});

test('HEAD has no body, OPTIONS names the methods, others are refused', async () => {
  const { link } = await people.ask();
  const anna = await signedIn('anna');
  expect(await anna.request(link, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  const options = await anna.request(link, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'OPTIONS, GET, HEAD, POST']);
  for (const method of ['PUT', 'DELETE', 'PATCH']) expect((await anna.request(link, { method })).status).toBe(405);
});

test('of 50 approvals at once one is taken, and the others are told who decided and when', async () => {
  const { link, stored } = await people.ask();
  people.wakes.length = 0;
  const anna = await signedIn('anna');
  const [form] = formsOf(await anna.get(link)).filter(({ fields }) => fields['verdict'] === 'approve');
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      anna.once(`${people.url}${link}`, { method: 'POST', body: new URLSearchParams(form?.fields) }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect([
    statuses.filter((status) => status === 303).length,
    statuses.filter((status) => status === 409).length,
  ]).toEqual([1, 49]);
  const late = answers.find(({ status }) => status === 409);
  expect(await late?.text()).toMatch(/decided before your answer came[\s\S]*Anna Example<\/strong> approved <time/);
  expect(await stored()).toMatchObject({ status: 'approved', version: 2, decisions: [{ verdict: 'approve' }] });
  expect(people.wakes).toEqual([taskToken]);
});

test('approve and refuse at the same moment: one wins, and everybody sees the same', async () => {
  const { links, stored } = await people.ask({ of: ['anna', 'bert'] });
  const [anna, bert] = [await signedIn('anna'), await signedIn('bert')];
  const [annaSees, bertSees] = [await anna.get(links['anna'] ?? ''), await bert.get(links['bert'] ?? '')];
  const answers = await Promise.all([
    anna.submit(annaSees, 'approve'),
    bert.submit(bertSees, 'refuse', { reason: 'BUDGET' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { status, decisions = [] } = (await stored()) ?? {};
  expect(decisions).toHaveLength(1);
  const heading = status === 'approved' ? '<h1>Approved</h1>' : '<h1>Refused</h1>';
  for (const { body } of answers) expect(body).toContain(heading);
});

test('the expiry wins over an answer that comes with it, and the page says so', async () => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  const seen = await stored();
  people.store.proxy.beforeUpdate = async () => seen && people.approvals.change(seen, { status: 'expired' });
  const late = await anna.submit(page, 'approve');
  expect(late.status).toBe(410);
  expect(await stored()).toMatchObject({ status: 'expired', decisions: [] });
});

test('after the deadline there is nothing to decide: 410, whoever notices first', async () => {
  people.wakes.length = 0;
  const { link, stored } = await people.ask({ expiresAt: people.now() + 60_000 });
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  people.advance(60_000);
  for (const seen of [await anna.submit(page, 'approve'), await anna.get(link)]) {
    expect(seen.status).toBe(410);
    expect(seen.body).toContain('<h1>Expired</h1>');
  }
  expect(await stored()).toMatchObject({ status: 'pending', decisions: [] });
  expect(people.wakes).toEqual([]);
});

test('two of three must approve: each once, and only the second wakes anything', async () => {
  const { links, stored } = await people.ask({ need: 2, of: ['anna', 'bert', 'carl'] });
  people.wakes.length = 0;
  const [anna, carl] = [await signedIn('anna'), await signedIn('carl')];
  const page = await anna.get(links['anna'] ?? '');
  expect((await anna.submit(page, 'approve')).body).toContain('Your answer is kept');
  const again = await anna.submit(page, 'approve');
  expect([again.status, again.body.includes('That answer stands')]).toEqual([409, true]);
  expect(await stored()).toMatchObject({ status: 'pending' });
  expect(people.wakes).toEqual([]);
  const second = await carl.get(links['carl'] ?? '');
  expect(second.body).toContain('Anna Example</strong> approved');
  await carl.submit(second, 'approve');
  expect(await stored()).toMatchObject({ status: 'approved', decisions: [{ approver: 'anna' }, { approver: 'carl' }] });
  expect(people.wakes).toEqual([taskToken]);
});

test('two people who approve at the same moment both count where two are needed', async () => {
  const { links, stored } = await people.ask({ need: 2, of: ['anna', 'bert'] });
  const [anna, bert] = [await signedIn('anna'), await signedIn('bert')];
  const [annaSees, bertSees] = [await anna.get(links['anna'] ?? ''), await bert.get(links['bert'] ?? '')];
  await Promise.all([anna.submit(annaSees, 'approve'), bert.submit(bertSees, 'approve')]);
  expect(await stored()).toMatchObject({ status: 'approved', version: 3 });
});

test('the list shows what waits for me and nothing else', async () => {
  const mine = await people.ask({}, { action: 'Order for EUR 777.00' });
  await people.ask({ of: ['bert'] }, { action: 'Order for EUR 888.00' });
  const anna = await signedIn('anna');
  const list = await anna.get('/');
  expect(list.body).toContain('Order for EUR 777.00');
  expect(list.body).not.toContain('888.00');
  const opened = await anna.get(`/a/${mine.id}`);
  await anna.submit(opened, 'approve');
  expect((await anna.get('/')).body).not.toContain('777.00');
});

test('a decision stands when the execution cannot be woken', async () => {
  const { link, stored } = await people.ask({ token: 'cannot-be-woken' });
  const wake = people.on.wake;
  Object.assign(people.on, { wake: () => Promise.reject(new Error('cannot-be-woken is throttled')) });
  const anna = await signedIn('anna');
  const after = await anna.submit(await anna.get(link), 'approve');
  Object.assign(people.on, { wake });
  expect([after.status, (await stored())?.status]).toEqual([200, 'approved']);
  expect(people.logged.some(([message]) => message === 'an execution could not be woken')).toBe(true);
});
