import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const create = (body: string, headers: Record<string, string> = { 'idempotency-key': newKey() }) =>
  product.send('POST', '/v1/tools/erp_create_purchase_order', { body, headers });
const order = JSON.stringify(orderOf());
const withLine = (change: object) =>
  JSON.stringify({ ...orderOf(), lines: orderOf().lines.map((line) => ({ ...line, ...change })) });
const price = (amount: unknown) =>
  withLine({ unitPrice: { amount, currency: 'EUR', per: { quantity: '10', unit: 'C62' } } });

test.each<[string, string]>([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['an unknown name', order.replace('{', '{"vendor":"x",')],
  ['a name twice', order.replace('{', '{"currency":"USD",')],
  ['__proto__', order.replace('{', '{"__proto__":{"currency":"USD"},')],
  ['constructor', order.replace('{', '{"constructor":1,')],
  ['a list where a text belongs', price(['45'])],
  ['a number where a text belongs', price(45)],
  ['true', price(true)],
  ['hexadecimal', price('0x1F')],
  ['nothing', price('')],
  ['a negative amount', price('-1')],
  ['minus zero', price('-0')],
  ['an exponent', price('1e3')],
  ['grouping', price('1,000.00')],
  ['full-width digits', price('４５')],
  ['a line break', price('45.00\n')],
  ['too many digits', price('1'.repeat(30))],
  ['a bidi override in a note', JSON.stringify({ ...orderOf(), note: 'a\u202Eb' })],
  ['a quantity of nothing', withLine({ quantity: { value: '0', unit: 'C62' } })],
  ['no line', JSON.stringify({ ...orderOf(), lines: [] })],
  ['depth 20,000', `{"lines":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
])('%s is a 400 that says where', async (_, body) => {
  const answer = await create(body);
  expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([
    400,
    'INPUT_INVALID',
    'application/problem+json',
  ]);
  expect(answer.text).not.toMatch(/ {4}at |node_modules/);
});

test.each<[string, string, number, string]>([
  [
    'another currency in a price',
    withLine({ unitPrice: { amount: '45', currency: 'USD', per: { unit: 'C62' } } }),
    422,
    'CURRENCY_NOT_ALLOWED',
  ],
  ['a date in the past', withLine({ deliveryDate: '2001-01-01' }), 422, 'DATE_IN_PAST'],
  [
    'a total that is not the sum',
    JSON.stringify({ ...orderOf(), expectedTotal: { amount: '899.99', currency: 'EUR' } }),
    422,
    'TOTAL_MISMATCH',
  ],
  ['an unknown unit', withLine({ quantity: { value: '1', unit: 'ZZZ' } }), 422, 'UNIT_UNKNOWN'],
  ['a price that the ERP cannot keep', price('0.000001'), 422, 'PRICE_NOT_REPRESENTABLE'],
])('%s is refused by name, and nothing is ordered', async (_, body, status, code) => {
  const before = (await product.effects()).length;
  const answer = await create(body);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(await product.effects()).toHaveLength(before);
});

test.each<[string, Record<string, string>, string]>([
  ['no key', {}, 'IDEMPOTENCY_KEY_MISSING'],
  ['an empty key', { 'idempotency-key': '""' }, 'IDEMPOTENCY_KEY_INVALID'],
  ['257 characters', { 'idempotency-key': 'k'.repeat(257) }, 'IDEMPOTENCY_KEY_INVALID'],
  ['a key with a space', { 'idempotency-key': 'a b' }, 'IDEMPOTENCY_KEY_INVALID'],
  ['two keys', { 'idempotency-key': 'a, b' }, 'IDEMPOTENCY_KEY_INVALID'],
])('%s on a write is a 400 without a call to the ERP', async (_, headers, code) => {
  const before = (await product.effects()).length;
  const answer = await create(order, headers);
  expect([answer.status, answer.body.code]).toEqual([400, code]);
  expect(await product.effects()).toHaveLength(before);
});

test('the key may come in the query, where the signature covers it', async () => {
  const path = `/v1/tools/erp_create_purchase_order?idempotencyKey=${newKey()}`;
  const first = await product.send('POST', path, { body: order });
  const second = await product.send('POST', path, { body: order });
  expect([first.status, second.status, second.replayed, second.text === first.text]).toEqual([200, 200, true, true]);
});

test('300 KB is too much, and 10 MB neither hangs nor kills anything', async () => {
  const large = await create(JSON.stringify({ ...orderOf(), note: 'x'.repeat(300_000) }));
  expect([large.status, large.body.code]).toEqual([413, 'INPUT_TOO_LARGE']);
  const huge = await create('x'.repeat(10_500_000)).catch(() => ({ status: 413 }));
  expect(huge.status).toBe(413);
  expect((await create(order)).status).toBe(200);
});

test.each([
  "RM'6204",
  "x' or Item eq 'y",
  '../A_Supplier',
  'a/b?c=d&e',
  'RM-6204%27',
  '); drop',
])('the id %s reaches the ERP as one value, and finds nothing', async (item) => {
  const answer = await product.call('get_item', { item });
  expect([answer.status, answer.body.code]).toEqual([404, 'ITEM_NOT_FOUND']);
});
