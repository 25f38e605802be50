import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { browser, formsOf } from './browser.ts';
import { codeOf, openPeople, taskToken } from './people-bench.ts';

let people: Awaited<ReturnType<typeof openPeople>>;

beforeAll(async () => {
  people = await openPeople({}, { base: '/people' });
});
beforeEach(() => {
  people.wakes.length = 0;
});
afterAll(() => people.close());

async function signedIn(name: 'anna' | 'bert' | 'carl') {
  people.advance(30_000);
  const visitor = browser(people.url);
  await visitor.signIn(name, codeOf(name, people.now()));
  return visitor;
}
const withLimits = (limits: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(people.on.approvers).map(([name, person]) => [
      name,
      { ...person, ...(limits[name] !== undefined && { limit: limits[name] }) },
    ]),
  );

test('who passes a question on sees who has it now; the execution is woken to tell them, and nothing is decided', async () => {
  const { id, link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const after = await anna.submit(await anna.get(link), 'pass_on', { to: 'bert' });
  expect([after.status, after.url]).toEqual([200, `${people.url}${link}`]);
  expect(after.body).toMatch(/<h1>Passed on<\/h1>[\s\S]*Anna Example<\/strong> passed it on to <strong>Bert Example/);
  expect(formsOf(after).filter(({ action }) => action.includes('/a/'))).toEqual([]);
  expect(await stored()).toMatchObject({
    status: 'pending',
    of: ['bert'],
    decisions: [],
    passedOn: [{ from: 'anna', to: 'bert', at: expect.any(Number) }],
  });
  expect(people.wakes).toEqual([taskToken]);
  expect((await anna.get('/')).body).not.toContain(id);
  const bert = await signedIn('bert');
  expect((await bert.get('/')).body).toContain(id);
  const asked = await bert.get(`/a/${id}`);
  expect(asked.body).toContain('Anna Example passed this question on to you.');
  await bert.submit(asked, 'approve');
  expect((await anna.get(link)).body).toMatch(/<h1>Approved<\/h1>[\s\S]*Bert Example<\/strong> approved <time/);
});

test('what was passed on goes no further, and does not come back', async () => {
  const { id, link, links, stored } = await people.ask({ need: 2, of: ['anna', 'bert'] });
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  await anna.submit(page, 'pass_on', { to: 'carl' });
  const carl = await signedIn('carl');
  const asked = await carl.get(`/a/${id}`);
  expect(asked.body).not.toContain('Pass on');
  const csrf = formsOf(asked).at(-1)?.fields['csrf'] ?? '';
  const further = await carl.post(`/a/${id}`, { csrf, verdict: 'pass_on', to: 'anna' });
  expect([further.status, further.body.includes('goes no further')]).toEqual([422, true]);
  const bert = await signedIn('bert');
  const back = await bert.get(links['bert'] ?? '');
  expect(back.body).not.toContain('<summary>Pass on');
  expect(back.body).toContain('Also asked: Carl Example.');
  const late = await anna.submit(page, 'approve');
  expect([late.status, late.body.includes('You are not asked.')]).toEqual([409, true]);
  expect(await stored()).toMatchObject({ of: ['carl', 'bert'], decisions: [] });
});

test('a question goes only to who may decide it: not the owner or requester, nobody asked already, nobody with a lower limit', async () => {
  const { link, stored } = await people.ask({ value: '12400', never: ['bert'] });
  const anna = await signedIn('anna');
  const { approvers } = people.on;
  Object.assign(people.on, { approvers: withLimits({ carl: '12399.99' }) });
  const page = await anna.get(link);
  expect(page.body).not.toContain('<summary>Pass on');
  const csrf = formsOf(page).at(-1)?.fields['csrf'] ?? '';
  for (const [to, words] of [
    ['bert', 'must not decide it'],
    ['carl', 'above the limit'],
    ['anna', 'asked already'],
    ['nobody', 'That is nobody'],
    ['__proto__', 'That is nobody'],
  ] as const) {
    const seen = await anna.post(link, { csrf, verdict: 'pass_on', to });
    expect([seen.status, seen.body.includes(words), seen.body.includes('still waits')]).toEqual([422, true, true]);
  }
  Object.assign(people.on, { approvers });
  expect((await anna.get(link)).body).toContain('<option value="carl">Carl Example</option>');
  expect(await stored()).toMatchObject({ version: 1, of: ['anna'] });
  expect(people.wakes).toEqual([]);
});

test('a question that was decided meanwhile is not passed on, and the page says who decided', async () => {
  const { link, links } = await people.ask({ of: ['anna', 'bert'] });
  const [anna, bert] = [await signedIn('anna'), await signedIn('bert')];
  const page = await anna.get(link);
  await bert.submit(await bert.get(links['bert'] ?? ''), 'refuse', { reason: 'BUDGET' });
  const late = await anna.submit(page, 'pass_on', { to: 'carl' });
  expect([late.status, late.body.includes('Bert Example</strong> refused')]).toEqual([409, true]);
});

test('passing on and approving at the same moment: one wins, and nobody is asked for nothing', async () => {
  const { link, stored } = await people.ask();
  const anna = await signedIn('anna');
  const page = await anna.get(link);
  await Promise.all([anna.submit(page, 'pass_on', { to: 'bert' }), anna.submit(page, 'approve')]);
  const round = await stored();
  expect(round?.status === 'approved' ? round.of : round?.decisions).toEqual(
    round?.status === 'approved' ? ['anna'] : [],
  );
  expect(round?.version).toBe(2);
});

test('who stands in for somebody absent, or is asked although absent, is told so', async () => {
  const standIn = await people.ask({ passedOn: [{ from: 'bert', to: 'anna', at: people.now(), absent: true }] });
  const needed = await people.ask({ absent: ['anna'] });
  const anna = await signedIn('anna');
  expect((await anna.get(standIn.link)).body).toContain('You are asked in place of Bert Example, who is absent.');
  expect((await anna.get(needed.link)).body).toContain('although you are absent');
});

test('a limit that was lowered after the question keeps from approving, not from refusing', async () => {
  const { link, stored } = await people.ask({ value: '12400' });
  const other = await people.ask({ value: '1' });
  const anna = await signedIn('anna');
  const { approvers } = people.on;
  Object.assign(people.on, { approvers: withLimits({ anna: '12399.99' }) });
  const page = await anna.get(link);
  const no = await anna.submit(page, 'approve');
  expect([no.status, no.body.includes('above the limit'), no.body.includes('<h1>Not decided')]).toEqual([
    409,
    true,
    true,
  ]);
  expect(await stored()).toMatchObject({ status: 'pending', decisions: [] });
  expect((await anna.submit(await anna.get(other.link), 'approve')).body).toContain('<h1>Approved');
  expect((await anna.submit(page, 'refuse', { reason: 'PRICE' })).body).toContain('<h1>Refused');
  Object.assign(people.on, { approvers });
});

test('the last five questions about the same object stand below, with who said what and when, and no others', async () => {
  const about = 'erp supplier 17300001';
  const start = people.now() - 1000;
  const round = async (n: number, changes: Parameters<typeof people.ask>[0] = {}) =>
    people.ask({ about, createdAt: start + n, ...changes }, { headline: `PO number ${n}.` });
  const decided = (verdict: 'approve' | 'refuse', approver: string, reason?: string) => ({
    status: verdict === 'approve' ? ('approved' as const) : ('refused' as const),
    decisions: [{ approver, verdict, at: people.now(), ...(reason !== undefined && { reason }) }],
  });
  await round(1, { status: 'expired' });
  await round(2, decided('approve', 'bert'));
  await round(3, decided('refuse', 'carl', 'SUPPLIER'));
  await round(4, { status: 'withdrawn' });
  await round(5);
  await round(6, { status: 'expired' });
  await round(7, { about: 'erp supplier 17300002' });
  await round(9);
  const { link } = await round(8);
  const anna = await signedIn('anna');
  const { body } = await anna.get(link);
  const earlier = /<h2 id="earlier">[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
  expect([...earlier.matchAll(/PO number (\d)/g)].map(([, n]) => n)).toEqual(['6', '5', '4', '3', '2']);
  expect(earlier).toMatch(/Refused<\/strong>[\s\S]*Carl Example<\/strong> refused <time[\s\S]*The wrong supplier/);
  expect(earlier).toMatch(/Approved<\/strong>[\s\S]*Bert Example<\/strong> approved <time/);
  expect(earlier).toContain('Not decided yet');
  const first = await people.ask({ about: 'erp supplier 9' });
  expect((await anna.get(first.link)).body).toContain('Nobody was asked before about <bdi>erp supplier 9</bdi>');
  expect((await anna.get((await people.ask()).link)).body).not.toContain('Earlier approvals');
});
