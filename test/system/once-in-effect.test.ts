import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { killAtRandom } from './kill.ts';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const seconds = 1000;
const minutes = 60 * seconds;
/** After the send budget an interrupted attempt can no longer be running. */
const budget = 21 * seconds;
/** After this an absence counts: budget, the ERP's longest request, its lag, and a minute. */
const untilAbsenceCounts = budget + 11 * minutes + 10 * seconds;

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterEach(() => product.disarm());
afterAll(() => product.close());

const create = (key: string, input: unknown = orderOf()) => product.call('create_purchase_order', input, { key });
const referenceOf = async (operationId: string) => {
  const { body } = await product.send('GET', `/v1/admin/operations/${operationId}`, { as: 'operator' });
  return body.reference;
};

test('a purchase order is created once and read back', async () => {
  const answer = await create(newKey());
  expect([answer.status, answer.replayed]).toEqual([200, false]);
  expect(answer.body).toMatchObject({
    supplier: '17300001',
    amounts: { net: '900.00', currency: 'EUR' },
    deviations: [],
  });
  const [effect, second] = await product.effects(answer.body.reference);
  expect(effect).toMatchObject({ entity: 'A_PurchaseOrder', action: 'create', key: answer.body.document.id });
  expect(second).toBeUndefined();
});

test('200 identical calls at once have one effect; later replays are equal byte for byte', async () => {
  const key = newKey();
  await product.arm({ fault: 'slow', ms: 300, times: 1, entity: 'A_PurchaseOrder' });
  const answers = await Promise.all(Array.from({ length: 200 }, () => create(key)));
  const done = answers.filter(({ status }) => status === 200);
  const running = answers.filter(({ status, headers }) => status === 409 && headers.get('retry-after'));
  expect([done.length + running.length, done.filter(({ replayed }) => !replayed).length]).toEqual([200, 1]);
  const replays = await Promise.all(Array.from({ length: 20 }, () => create(key)));
  expect(new Set(replays.map(({ status, replayed, text }) => `${status} ${replayed} ${text}`)).size).toBe(1);
  expect(replays[0]?.replayed).toBe(true);
  expect(await product.effects(replays[0]?.body.reference)).toHaveLength(1);
});

test('another spelling of the same content is a replay, another content is refused', async () => {
  const key = newKey();
  const { body } = await create(key);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(orderOf('200.0', '45.000')).reverse()), null, 2);
  expect(await create(key, reordered)).toMatchObject({ status: 200, replayed: true, body });
  const other = await create(key, orderOf('201'));
  expect([other.status, other.body.code, other.headers.get('content-type')]).toEqual([
    422,
    'IDEMPOTENCY_KEY_REUSED',
    'application/problem+json',
  ]);
  expect(await product.effects(body.reference)).toHaveLength(1);
});

test('the same key of another agent or for another tool is another operation', async () => {
  const key = newKey();
  const first = await create(key);
  const answer = await product.call('create_purchase_order', orderOf(), { key, as: 'reader-agent' });
  expect([first.status, answer.status]).toEqual([200, 403]);
});

test.each([
  'commit-then-reset',
  'commit-then-hang',
  'commit-then-500',
  'half-body',
])('after %s the order is found, not made again', async (fault) => {
  await product.arm({ fault, times: 1, entity: 'A_PurchaseOrder' });
  const key = newKey();
  const first = await create(key);
  expect(first.status).toBe(200);
  expect(await create(key)).toMatchObject({ status: 200, replayed: true, text: first.text });
  expect(await product.effects(first.body.reference)).toHaveLength(1);
});

test('what an ERP that is down cannot take is queued, and carried out once when it is back', async () => {
  await product.arm({ fault: 'unavailable-503', method: 'POST', times: 1_000_000 });
  const calls = await Promise.all(Array.from({ length: 6 }, () => create(newKey())));
  expect(calls.map(({ status, body }) => [status, body.state])).toEqual(calls.map(() => [202, 'queued']));
  await product.disarm();
  await product.idle();
  await product.advance(60_000);
  const ids = calls.map(({ body }) => body.operationId);
  const ends = await Promise.all(ids.map((id) => product.send('GET', `/v1/operations/${id}?wait=25`)));
  expect(ends.map(({ body }) => body.state)).toEqual(ids.map(() => 'applied'));
  for (const { body } of ends) expect(await product.effects(body.reference)).toHaveLength(1);
});

test('a hanging ERP is unknown until the absence counts; then the retry sends again', async () => {
  await product.arm({ fault: 'hang', times: 1, entity: 'A_PurchaseOrder' });
  const key = newKey();
  const hanging = await create(key);
  expect([hanging.status, hanging.body.state]).toEqual([202, 'unknown']);
  expect((await create(key)).status).toBe(202);
  await product.advance(untilAbsenceCounts);
  const done = await create(key);
  expect(done.status).toBe(200);
  expect(await product.effects(done.body.reference)).toHaveLength(1);
});

test('an order that the ERP commits late is found, not made again', async () => {
  await product.arm({ fault: 'commit-late', ms: 5 * minutes, times: 1, entity: 'A_PurchaseOrder' });
  const key = newKey();
  const pending = await create(key);
  expect([pending.status, pending.body.state]).toEqual([202, 'unknown']);
  await product.advance(2 * minutes);
  expect((await create(key)).status).toBe(202);
  await product.advance(4 * minutes);
  const found = await create(key);
  expect(found.status).toBe(200);
  expect(await product.effects(found.body.reference)).toHaveLength(1);
});

test('asking for the operation looks it up as well', async () => {
  await product.arm({ fault: 'commit-late', ms: 5 * minutes, times: 1, entity: 'A_PurchaseOrder' });
  const pending = await create(newKey());
  const path = String(pending.headers.get('location'));
  await product.advance(6 * minutes);
  const asked = await product.send('GET', `${path}?wait=5`);
  expect(asked.body).toMatchObject({ state: 'applied', result: { supplier: '17300001' } });
  const stranger = await product.send('GET', path, { as: 'reader-agent' });
  expect([stranger.status, stranger.body.code]).toEqual([404, 'OPERATION_NOT_FOUND']);
});

test('who only asks about an absence sends nothing, and the key carries it out afterwards', async () => {
  await product.arm({ fault: 'hang', times: 1, entity: 'A_PurchaseOrder' });
  const key = newKey();
  const { body } = await create(key);
  await product.advance(untilAbsenceCounts);
  const asked = await product.send('POST', `/v1/admin/operations/${body.operationId}/reconcile`, { as: 'operator' });
  expect(asked.body).toMatchObject({ state: 'not_applied', reason: 'NOT_APPLIED', problem: { retryable: true } });
  expect(await product.effects(body.reference)).toHaveLength(0);
  expect((await create(key)).status).toBe(200);
  expect(await product.effects(body.reference)).toHaveLength(1);
});

test('a refusal of the ERP is stored and replayed; a locked document leaves the key open', async () => {
  const refusedKey = newKey();
  const refused = await create(refusedKey, {
    ...orderOf(),
    lines: orderOf().lines.map((line) => ({ ...line, item: 'NO-SUCH' })),
  });
  expect([refused.status, refused.body.code, refused.body.applied]).toEqual([404, 'ITEM_NOT_FOUND', 'no']);
  const again = await create(refusedKey, {
    ...orderOf(),
    lines: orderOf().lines.map((line) => ({ ...line, item: 'NO-SUCH' })),
  });
  expect([again.text, again.replayed]).toEqual([refused.text, true]);
  await product.arm({ fault: 'document-locked', times: 1 });
  const key = newKey();
  expect((await create(key)).body).toMatchObject({ code: 'DOCUMENT_LOCKED', retryable: true, applied: 'no' });
  expect((await create(key)).status).toBe(200);
});

test('an ERP that takes a higher price goes to review, never to silent success', async () => {
  await product.arm({ fault: 'reprice', factor: 1.1, times: 1 });
  const key = newKey();
  const dearer = await create(key);
  expect([dearer.status, dearer.body.state, dearer.body.reason]).toEqual([202, 'review', 'EXCEEDS_APPROVED']);
  expect((await create(key)).body).toMatchObject({ state: 'review' });
  expect(await product.effects(dearer.body.reference)).toHaveLength(1);
});

test('an ERP that takes a lower price reports the deviation', async () => {
  await product.arm({ fault: 'reprice', factor: 0.9, times: 1 });
  const cheaper = await create(newKey());
  expect(cheaper.status).toBe(200);
  expect(cheaper.body.deviations).toContainEqual(expect.objectContaining({ path: 'amounts.net', requested: '900.00' }));
});

test('an order that was confirmed and is gone ends in review, not in a second order', async () => {
  await product.arm({ fault: '201-then-missing', times: 1 });
  const key = newKey();
  const confirmed = await create(key);
  expect([confirmed.status, confirmed.body.reason]).toEqual([202, 'CONFIRMED_BUT_MISSING']);
  await product.advance(minutes);
  expect((await create(key)).body).toMatchObject({ state: 'unknown', reason: 'CONFIRMED_BUT_MISSING' });
  await product.advance(untilAbsenceCounts);
  expect((await create(key)).body).toMatchObject({ state: 'review', reason: 'CONFIRMED_BUT_MISSING' });
  expect(await product.effects(confirmed.body.reference)).toHaveLength(0);
});

test('an expired CSRF token and a revoked token are renewed, within the five sends', async () => {
  await product.arm({ fault: 'csrf-expired', times: 1 });
  const renewed = await create(newKey());
  expect(renewed.status).toBe(200);
  await product.arm({ fault: 'token-revoked', times: 1 });
  const again = await create(newKey());
  expect(again.status).toBe(200);
  expect(await product.effects(again.body.reference)).toHaveLength(1);
});

const writer = 'countersign-local-erp-write';
const operations = '*table/*perations*';

test.each([
  ['before the record is written', { action: 'PutItem', when: 'before' }, 0],
  ['after the record, before anything is sent', { action: 'PutItem', when: 'after' }, 0],
  ['before the outcome is recorded', { action: 'UpdateItem', when: 'before' }, 1],
  ['before the reply', { action: 'UpdateItem', when: 'after' }, 1],
] as const)('kill -9 %s: a retry has one effect and a truthful answer', async (_, { action, when }, effects) => {
  await create(newKey());
  await product.trap({ service: 'dynamodb', action, resource: operations, function: writer, when, do: 'kill-caller' });
  const key = newKey();
  const killed = await create(key);
  expect(killed.status).toBe(502);
  const before = (await product.effects()).length;
  const early = await create(key);
  expect([200, 409]).toContain(early.status);
  await product.advance(untilAbsenceCounts);
  const late = await create(key);
  expect(late.status).toBe(200);
  expect(await product.effects(late.body.reference)).toHaveLength(1);
  expect((await product.effects()).length - before).toBe(1 - effects);
});

test.each([
  ['while the ERP has not committed', 'hang', 0],
  ['after the ERP has committed', 'commit-then-hang', 1],
])('kill -9 %s: a retry has one effect and a truthful answer', async (_, fault) => {
  await product.arm({ fault, times: 1, entity: 'A_PurchaseOrder' });
  const key = newKey();
  const running = create(key);
  await expect.poll(() => product.waiting(), { interval: 20, timeout: 5_000 }).toBe(1);
  process.kill(await product.pidOf(writer), 'SIGKILL');
  expect((await running).status).toBe(502);
  expect((await create(key)).status).toBe(409);
  await product.advance(untilAbsenceCounts);
  const late = await create(key);
  expect(late.status).toBe(200);
  expect(await product.effects(late.body.reference)).toHaveLength(1);
});

test('kill -9 of any process at ten random moments: each order is made once', async () => {
  const killed = await killAtRandom(product, { seed: 20_260_601, points: 10 });
  expect(Object.keys(killed.kills).length).toBeGreaterThan(1);
  const { asked, effects, references, others, contradictions } = killed;
  expect({ effects, references, others, contradictions }).toEqual({
    ...{ effects: asked, references: asked, others: [], contradictions: 0 },
  });
});

test('everything survives a restart in the middle', async () => {
  await product.arm({ fault: 'commit-then-hang', times: 1, entity: 'A_PurchaseOrder' });
  const doneKey = newKey();
  const pendingKey = newKey();
  const [pending] = await Promise.all([create(pendingKey)]);
  const done = await create(doneKey);
  await product.restart();
  expect(await create(doneKey)).toMatchObject({ status: 200, replayed: true, text: done.text });
  expect((await create(pendingKey)).status).toBe(200);
  expect(await product.effects(pending.body.reference ?? done.body.reference)).toHaveLength(1);
  expect(await referenceOf(String(done.headers.get('location')?.split('/').at(-1)))).toBe(done.body.reference);
});
