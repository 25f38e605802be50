import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterEach(() => product.disarm());
afterAll(() => product.close());

const tokens = () => product.requests('oauth2/token');
const stockReads = () => product.requests('A_MatlStkInAcctMod');

test('100 cold reads at once sign in once', async () => {
  const before = await tokens();
  const answers = await Promise.all(Array.from({ length: 100 }, () => product.call('get_stock', { item: 'RM-6204' })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await tokens()) - before).toBe(1);
});

test('a token that was revoked is renewed once, and the call goes through', async () => {
  await product.arm({ fault: 'token-revoked', times: 1 });
  const before = await tokens();
  expect((await product.call('get_stock', { item: 'RM-6204' })).status).toBe(200);
  expect((await tokens()) - before).toBe(1);
});

test('a system that always refuses us is asked twice at most and named', async () => {
  await product.arm({ fault: 'token-revoked', times: 50, entity: 'A_MatlStkInAcctMod' });
  const before = await stockReads();
  const answer = await product.call('get_stock', { item: 'RM-6204' });
  expect([answer.status, answer.body.code]).toEqual([502, 'AUTH_FAILED']);
  expect((await stockReads()) - before).toBeLessThanOrEqual(2);
});

test('a login page with status 200 is no answer', async () => {
  await product.arm({ fault: 'html-login-page-with-200', times: 1, entity: 'A_MatlStkInAcctMod' });
  const answer = await product.call('get_stock', { item: 'RM-6204' });
  expect([answer.status, answer.body.code]).toEqual([502, 'AUTH_FAILED']);
});

test.each<[unknown, number]>([
  [7, 7],
  ['-5', 0],
  ['1e9', 3600],
  ['soon', 5],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
])('Retry-After %j of the system becomes a sane time to wait', async (retryAfter, most) => {
  await product.arm({ fault: 'throttled-429', times: 1, retryAfter, entity: 'A_MatlStkInAcctMod' });
  const answer = await product.call('get_stock', { item: 'RM-6204' });
  expect([answer.status, answer.body.code, answer.body.applied]).toEqual([503, 'SYSTEM_THROTTLED', 'no']);
  expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(Math.max(most, 5));
  // Until then nobody calls it.
  await product.advance(16 * 60_000);
});

test('no credential and no words of a caller stand in the logs', async () => {
  const canary = 'CANARY-4711';
  await product.call('create_purchase_order', { ...orderOf(), note: canary }, { key: newKey() });
  await product.call('create_purchase_order', `{"note": ${canary}`, { key: newKey() });
  await product.call('get_item', { item: canary });
  const logs = product.logs();
  const secrets = Object.values(product.stack.simulators).flatMap(({ credentials }) => [
    credentials.read['clientSecret'] ?? '',
    credentials.write['clientSecret'] ?? '',
  ]);
  for (const secret of [canary, ...secrets]) expect(logs).not.toContain(secret);
});
