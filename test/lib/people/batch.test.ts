import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser, formsOf, type Seen } from './browser.ts';
import { codeOf, openPeople, taskToken } from './people-bench.ts';

let people: Awaited<ReturnType<typeof openPeople>>;

beforeAll(async () => {
  people = await openPeople({}, { base: '/people' });
});
afterAll(() => people.close());

async function signedIn(name: 'anna' | 'bert' | 'carl') {
  people.advance(30_000);
  const visitor = browser(people.url);
  await visitor.signIn(name, codeOf(name, people.now()));
  return visitor;
}
type Visitor = Awaited<ReturnType<typeof signedIn>>;

const order = (amount: string, changes: Parameters<typeof people.ask>[0] = {}) =>
  people.ask({ value: amount, ...changes }, { action: `Order for EUR ${amount}` });
const chosen = (...rounds: readonly { readonly id: string }[]) =>
  `/batch?${new URLSearchParams(rounds.map(({ id }): [string, string] => ['id', id]))}`;
const formOf = (seen: Seen) => formsOf(seen).find(({ fields }) => 'seen' in fields)?.fields ?? {};
const approve = (visitor: Visitor, seen: Seen) => visitor.post('/batch', formOf(seen));
/** What the page of results says of each, in words. */
const resultsOf = ({ body }: Seen) => [...body.matchAll(/<strong>(.*)<\/strong>/g)].map(([, words]) => words);

test('several orders of one tool are shown with their total, and approved by one press, each for itself', async () => {
  const rounds = [await order('12400'), await order('800.50'), await order('99.5')];
  people.wakes.length = 0;
  const anna = await signedIn('anna');
  const list = await anna.get('/');
  for (const { id } of rounds) expect(list.body).toContain(`name="id" value="${id}"`);
  const asked = await anna.get(chosen(...rounds));
  expect(asked.body).toContain('<button class="main">Approve all 3 for EUR 13,300.00</button>');
  expect(asked.body.match(/PO EUR 12,400.00 - Norland Bearings/g)).toHaveLength(3);
  for (const { stored } of rounds) expect((await stored())?.status).toBe('pending');
  const after = await approve(anna, asked);
  expect([after.status, after.body.includes('<h1>3 of 3 approvals were taken</h1>')]).toEqual([200, true]);
  for (const { stored } of rounds)
    expect(await stored()).toMatchObject({ status: 'approved', decisions: [{ approver: 'anna', verdict: 'approve' }] });
  expect(people.wakes).toEqual([taskToken, taskToken, taskToken]);
  const again = await approve(anna, asked);
  expect([again.status, resultsOf(again)[0]]).toEqual([
    409,
    expect.stringMatching(/^Already approved by Anna Example/),
  ]);
});

test('what stands together with others says what to look at twice, and what has changed', async () => {
  const facts = [{ label: 'Price', value: '62.00, last 58.10', warning: true }];
  const looked = await people.ask({ value: '10' }, { facts, differences: ['price: was 60, is 62'] });
  const { body } = await (await signedIn('anna')).get(chosen(looked, await order('20')));
  expect(body).toContain('Look twice: </strong><bdi>Price</bdi>: <bdi>62.00, last 58.10</bdi>');
  expect(body).toContain('price: was 60, is 62');
});

test('each has its own result: kept for a second person, decided by somebody else, expired, changed since', async () => {
  const of = ['anna', 'bert'];
  const rounds = {
    mine: await order('1'),
    two: await order('2', { need: 2, of }),
    decided: await order('3', { of }),
    expiring: await order('4', { expiresAt: people.now() + 90_000 }),
    changed: await order('5'),
    withdrawn: await order('6'),
  };
  const bert = await signedIn('bert');
  const anna = await signedIn('anna');
  const asked = await anna.get(chosen(...Object.values(rounds)));
  await bert.submit(await bert.get(rounds.decided.links['bert'] ?? ''), 'refuse', { reason: 'BUDGET' });
  const [changed, withdrawn] = [await rounds.changed.stored(), await rounds.withdrawn.stored()];
  if (changed) await people.approvals.change(changed, { mailed: ['anna'] });
  if (withdrawn) await people.approvals.change(withdrawn, { status: 'withdrawn' });
  people.advance(60_000);
  const after = await approve(anna, asked);
  expect(after.body).toContain('<h1>2 of 6 approvals were taken</h1>');
  expect(resultsOf(after)).toEqual([
    'Approved. It is checked once more, and then carried out.',
    'Your approval is kept; 1 more must approve.',
    expect.stringMatching(/^Already refused by Bert Example <time .*Your approval was not taken\.$/),
    'Expired: the deadline has passed. Your approval was not taken.',
    'Changed since you looked, and therefore not approved. Open it and look again.',
    'Already withdrawn. Your approval was not taken.',
  ]);
  const statuses = await Promise.all(Object.values(rounds).map(async ({ stored }) => (await stored())?.status));
  expect(statuses).toEqual(['approved', 'pending', 'refused', 'pending', 'pending', 'withdrawn']);
});

test('a change that comes with the very write is not approved either', async () => {
  const rounds = [await order('1'), await order('2')];
  const anna = await signedIn('anna');
  const asked = await anna.get(chosen(...rounds));
  const seen = await rounds[0]?.stored();
  people.store.proxy.beforeUpdate = async () => seen && people.approvals.change(seen, { mailed: ['anna'] });
  expect(resultsOf(await approve(anna, asked))).toEqual([
    expect.stringContaining('Changed since you looked'),
    expect.stringContaining('Approved.'),
  ]);
  expect(await rounds[0]?.stored()).toMatchObject({ status: 'pending', decisions: [] });
});

test('50 presses at once approve each of them once', async () => {
  const rounds = [await order('1'), await order('2')];
  people.wakes.length = 0;
  const anna = await signedIn('anna');
  const body = new URLSearchParams(formOf(await anna.get(chosen(...rounds))));
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { body: rest } = await anna.once(`${people.url}/batch`, { method: 'POST', body });
      await rest?.cancel();
    }),
  );
  for (const { stored } of rounds)
    expect(await stored()).toMatchObject({ status: 'approved', version: 2, decisions: [{ approver: 'anna' }] });
  expect(people.wakes).toEqual([taskToken, taskToken]);
});

test('what cannot be approved together is refused with a sentence, and nothing is decided', async () => {
  const [one, other] = [await order('30000'), await order('20000.01')];
  const foreign = await order('1', { tool: 'erp_cancel_purchase_order' });
  const nameless = await people.ask();
  const bertsOwn = await order('1', { of: ['bert'] });
  const anna = await signedIn('anna');
  for (const [rounds, words] of [
    [[one], 'Choose two or more'],
    [[one, one], 'Choose two or more'],
    [[], 'Choose two or more'],
    [[one, other], 'Together they are EUR 50,000.01. At most EUR 50,000.00 are approved at once: choose fewer.'],
    [[one, foreign], 'Only calls of one tool'],
    [[one, nameless], 'One of them has no amount in EUR'],
    [[one, bertsOwn], 'does not wait for you'],
    [[one, { id: 'forged.1' }], 'does not wait for you'],
    [[one, { id: 'approver#anna' }], 'does not wait for you'],
    [[one, { id: 'x'.repeat(3000) }], 'does not wait for you'],
  ] as const) {
    const seen = await anna.get(chosen(...rounds));
    expect([seen.status, seen.body.includes(words), seen.body.includes('name="seen"')]).toEqual([422, true, false]);
  }
  for (const { stored } of [one, other, foreign, nameless, bertsOwn]) expect((await stored())?.version).toBe(1);
});

test('more than fifty are not approved at once', async () => {
  const rounds = await Promise.all(Array.from({ length: 51 }, () => order('1')));
  const anna = await signedIn('anna');
  expect((await anna.get(chosen(...rounds))).body).toContain('Choose at most 50.');
  expect((await approve(anna, await anna.get(chosen(...rounds.slice(1))))).body).toContain('<h1>50 of 50');
});

test("an approver's own limit holds for what is approved together, and a lower cap of today for what was shown before", async () => {
  const rounds = [await order('600'), await order('500')];
  const anna = await signedIn('anna');
  const { approvers, settings } = people.on;
  const shown = await anna.get(chosen(...rounds));
  Object.assign(people.on, { approvers: { ...approvers, anna: { ...approvers['anna'], limit: '1000' } } });
  for (const seen of [await anna.get(chosen(...rounds)), await approve(anna, shown)])
    expect(seen.body).toContain('Together they are EUR 1,100.00, above your limit of EUR 1,000.00: choose fewer.');
  Object.assign(people.on, { approvers, settings: { ...settings, batch: { upTo: '1099.99' } } });
  expect((await approve(anna, shown)).body).toContain('At most EUR 1,099.99');
  Object.assign(people.on, { settings: { currency: 'EUR' } });
  for (const seen of [await anna.get(chosen(...rounds)), await approve(anna, shown)]) expect(seen.status).toBe(404);
  expect((await anna.get('/')).body).not.toContain('checkbox');
  Object.assign(people.on, { settings });
  for (const { stored } of rounds) expect((await stored())?.status).toBe('pending');
});

test('what an agent commits within a day counts against the limit of who approves, for each of them', async () => {
  const rounds = [await order('600', { total: '2000' }), await order('500')];
  const anna = await signedIn('anna');
  const { approvers } = people.on;
  Object.assign(people.on, { approvers: { ...approvers, anna: { ...approvers['anna'], limit: '1500' } } });
  expect(resultsOf(await approve(anna, await anna.get(chosen(...rounds))))).toEqual([
    'It is above your limit by now. Your approval was not taken.',
    expect.stringContaining('Approved.'),
  ]);
  Object.assign(people.on, { approvers });
  expect((await rounds[0]?.stored())?.status).toBe('pending');
});

test('a form that was changed, or is of another session or page, approves nothing; nor do GET, HEAD and OPTIONS', async () => {
  const [one, two, three] = [await order('1'), await order('2'), await order('3')];
  const [anna, again] = [await signedIn('anna'), await signedIn('anna')];
  const path = chosen(one, two);
  const fields = formOf(await anna.get(path));
  const seen = fields['seen'] ?? '';
  const other = formOf(await again.get(path))['csrf'] ?? '';
  const single = formsOf(await anna.get(one.link)).at(-1)?.fields['csrf'] ?? '';
  for (const changed of [
    { ...fields, seen: `${seen} ${three.id}:1` },
    { ...fields, seen: seen.replaceAll(':1', ':2') },
    { ...fields, seen: seen.split(' ').toReversed().join(' ') },
    { ...fields, seen: '' },
    { ...fields, csrf: other },
    { ...fields, csrf: single },
    { ...fields, csrf: '' },
  ])
    expect((await anna.post('/batch', changed)).status).toBe(403);
  expect((await anna.post('/batch', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await browser(people.url).post('/batch', fields)).body).toContain('nothing was decided');
  await Promise.all(
    ['GET', 'HEAD', 'OPTIONS'].flatMap((method) =>
      Array.from({ length: 50 }, () => anna.request(`${path}&${new URLSearchParams(fields)}`, { method })),
    ),
  );
  for (const { stored } of [one, two, three]) expect((await stored())?.version).toBe(1);
});

test('one that cannot be written does not hide what became of the others', async () => {
  const rounds = [await order('1'), await order('2'), await order('3')];
  const anna = await signedIn('anna');
  const asked = await anna.get(chosen(...rounds));
  const { approvals } = people.on;
  let writes = 0;
  const change: typeof approvals.change = (...all) =>
    ++writes === 2 ? Promise.reject(new Error('the store is away')) : approvals.change(...all);
  Object.assign(people.on, { approvals: { ...approvals, change } });
  expect(resultsOf(await approve(anna, asked))).toEqual([
    expect.stringContaining('Approved.'),
    'This could not be written now. Open it to see what was recorded.',
    expect.stringContaining('Approved.'),
  ]);
  Object.assign(people.on, { approvals });
});
