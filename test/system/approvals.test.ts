import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../bin/approver.ts';
import { decide, linkFor, mailsOf } from './approver.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const hour = 3_600_000;
let product: Product;
beforeAll(async () => {
  product = await startProduct({ config: 'approvals.config.ts' });
});
afterAll(() => product.close());

/** Orders above the threshold: 400 pieces at 45 EUR for 10. */
const ask = async (input = orderOf('400')) => {
  const key = newKey();
  const asked = await product.call('create_purchase_order', input, { key });
  return { key, input, asked, path: String(asked.headers.get('location')) };
};
const stateOf = async (path: string) => (await product.send('GET', path)).body;
const mailCount = async (name: string) =>
  (await mailsOf(product)).filter(({ to }) => to.includes(`${name}@example.com`)).length;

test('an order below the threshold is carried out at once', async () => {
  expect((await product.call('create_purchase_order', orderOf('200'), { key: newKey() })).status).toBe(200);
});

test('an order above it waits, is asked about by mail, and is carried out after a person said yes', async () => {
  const { key, input, asked, path } = await ask();
  expect([asked.status, asked.body.state]).toEqual([202, 'awaiting_approval']);
  const link = await linkFor(product, 'anna');
  const mail = (await mailsOf(product)).at(-1);
  expect(mail?.subject).toMatch(/^Approve by .*PO EUR 1,800\.00/);
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
  const { asked: page, answer } = await decide(product, link, { name: 'anna', verdict: 'approve' });
  expect(page.text).toContain('Order for EUR 1,800.00');
  expect(answer.status).toBe(200);
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  expect(await product.call('create_purchase_order', input, { key })).toMatchObject({ status: 200, replayed: true });
});

test('above the higher threshold two different people must say yes', async () => {
  const counts = { anna: await mailCount('anna'), carla: await mailCount('carla') };
  const { asked, path } = await ask({ ...orderOf('24000'), supplier: '17300002' });
  const first = await linkFor(product, 'anna', counts.anna + 1);
  const second = await linkFor(product, 'carla', counts.carla + 1);
  await product.advance(31_000);
  await decide(product, first, { name: 'anna', verdict: 'approve' });
  await product.idle();
  expect((await stateOf(path)).state).toBe('awaiting_approval');
  await decide(product, second, { name: 'carla', verdict: 'approve' });
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  const { entries } = (await product.send('GET', '/v1/admin/journal?limit=100', { as: 'operator' }))
    .body as unknown as {
    entries: { id: string; type: string; by?: string }[];
  };
  const said = entries
    .filter(({ id }) => id === `${asked.body.operationId}.1`)
    .map(({ type, by }) => `${type} ${by ?? ''}`);
  expect(said.sort()).toEqual(['approval.approved anna', 'approval.approved carla', 'approval.asked ']);
});

test.each([
  'before',
  'after',
] as const)('kill -9 %s the outcome of an approved write is recorded: one effect', async (when) => {
  const before = await mailCount('ben');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'ben', before + 1);
  await product.idle();
  await product.advance(31_000);
  await product.trap({
    ...{
      service: 'dynamodb',
      action: 'UpdateItem',
      resource: '*table/*perations*',
      function: 'countersign-local-erp-approved',
    },
    ...{ when, do: 'kill-caller', skip: 1 },
  });
  await decide(product, link, { name: 'ben', verdict: 'approve' });
  await expect
    .poll(
      async () => {
        await product.advance(60_000);
        return (await stateOf(path)).state;
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

test('a wake-up that is lost is delivered again: the order is carried out all the same', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await product.trap({
    ...{ service: 'states', action: 'SendTaskSuccess', function: 'countersign-local-people' },
    ...{ when: 'before', do: 'fail', times: 5 },
  });
  const { answer } = await decide(product, link, { name: 'anna', verdict: 'approve' });
  expect(answer.status).toBe(200);
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 10_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
  expect(product.logs()).toContain('an execution could not be woken');
  await product.untrap();
});

test('a refusal ends it, and the agent is told so', async () => {
  const before = await mailCount('anna');
  const { key, input, asked, path } = await ask();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await decide(product, link, { name: 'anna', verdict: 'refuse', reason: 'PRICE' });
  await expect.poll(async () => (await stateOf(path)).reason, { timeout: 10_000 }).toBe('APPROVAL_REFUSED');
  const replay = await product.call('create_purchase_order', input, { key });
  expect([replay.status, replay.body.code]).toEqual([403, 'APPROVAL_REFUSED']);
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
});

test('nobody decides by looking: 50 GET, HEAD and OPTIONS on every link leave it pending', async () => {
  const before = await mailCount('ben');
  const { path } = await ask();
  const links = [await linkFor(product, 'anna'), await linkFor(product, 'ben', before + 1)];
  const looks = links.flatMap((link) =>
    ['GET', 'HEAD', 'OPTIONS'].flatMap((method) => Array.from({ length: 50 }, () => fetch(link, { method }))),
  );
  await Promise.all(looks);
  expect((await stateOf(path)).state).toBe('awaiting_approval');
});

test('a question that nobody answers for three days is refused', async () => {
  const { asked, path } = await ask();
  await linkFor(product, 'anna');
  await product.idle();
  await product.advance(73 * hour);
  await expect.poll(async () => (await stateOf(path)).reason, { timeout: 10_000 }).toBe('APPROVAL_EXPIRED');
  expect(await product.effects(asked.body.reference)).toHaveLength(0);
});

test('it waits through a restart of everything', async () => {
  const before = await mailCount('anna');
  const { asked, path } = await ask();
  await linkFor(product, 'anna', before + 1);
  await product.restart();
  const link = await linkFor(product, 'anna', before + 1);
  await product.advance(31_000);
  await decide(product, link, { name: 'anna', verdict: 'approve' });
  await expect.poll(async () => (await stateOf(path)).state, { timeout: 15_000 }).toBe('applied');
  expect(await product.effects(asked.body.reference)).toHaveLength(1);
});

test('neither the task token nor a session secret is in any mail or page', async () => {
  const mails = JSON.stringify(await mailsOf(product));
  const page = await openBrowser().go(await linkFor(product, 'anna'));
  for (const text of [mails, page.text, product.logs()]) expect(text).not.toMatch(/taskToken|"token":/);
});
