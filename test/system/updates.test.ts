import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey, orderOf, type Product, startProduct } from './stack.ts';

const seconds = 1000;
const untilAbsenceCounts = 21 * seconds + 11 * 60 * seconds + 10 * seconds;
const writer = 'countersign-local-erp-write';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterEach(() => product.disarm());
afterAll(() => product.close());

const newOrder = async (): Promise<string> => {
  const { body } = await product.call('create_purchase_order', orderOf(), { key: newKey() });
  return body.document.id;
};
const price = (order: string, amount: string) => ({
  order,
  line: '10',
  unitPrice: { amount, currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
  reason: 'agreed by telephone',
});
const reprice = (order: string, amount: string, key = newKey()) =>
  product.call('update_purchase_order_price', price(order, amount), { key });
const cancel = (order: string, key = newKey()) =>
  product.call('cancel_purchase_order', { order, reason: 'not needed' }, { key });
const changesOf = async (order: string, action: string) =>
  (await product.effects()).filter((effect) => effect.key.includes(order) && effect.action === action).length;
const priceOf = async (order: string) => {
  const { body } = await product.call('get_purchase_order', { order });
  const [line] = body['lines'] as { unitPrice: { amount: string } }[];
  return Number(line?.unitPrice.amount);
};

test('a price is changed once and read back, and the replay says the same', async () => {
  const order = await newOrder();
  const key = newKey();
  const first = await reprice(order, '44.00', key);
  expect([first.status, await priceOf(order)]).toEqual([200, 44]);
  expect(first.body).toMatchObject({ before: { unitPrice: { amount: '45' } }, unitPrice: { amount: '44' } });
  expect(await reprice(order, '44.00', key)).toMatchObject({ status: 200, replayed: true, text: first.text });
  expect(await changesOf(order, 'update')).toBe(1);
});

test.each([
  'commit-then-reset',
  'commit-then-500',
  'half-body',
])('after %s a change is found by its state', async (fault) => {
  const order = await newOrder();
  await product.arm({ fault, times: 1 });
  expect((await reprice(order, '44.00')).status).toBe(200);
  expect([await priceOf(order), await changesOf(order, 'update')]).toEqual([44, 1]);
});

test('a 200 that changed nothing is no success', async () => {
  const order = await newOrder();
  await product.arm({ fault: '200-and-nothing-changed', times: 1 });
  const answer = await reprice(order, '44.00');
  expect([answer.status, answer.body.state, await priceOf(order)]).toEqual([202, 'unknown', 45]);
});

test('a change that somebody else made meanwhile is settled as already applied, without a send', async () => {
  const order = await newOrder();
  await reprice(order, '44.00');
  const again = await reprice(order, '44.00');
  expect(again.status).toBe(200);
  expect(await changesOf(order, 'update')).toBe(1);
});

test('a version that has passed is refused with the current values, and nothing is sent', async () => {
  const order = await newOrder();
  const { body: seen } = await product.call('get_purchase_order', { order });
  await product.advance(2 * seconds);
  await reprice(order, '44.00');
  const stale = await product.call(
    'update_purchase_order_price',
    { ...price(order, '43.00'), expectedVersion: seen['version'] },
    { key: newKey() },
  );
  expect([stale.status, stale.body.code]).toEqual([409, 'STALE_STATE']);
  expect(await changesOf(order, 'update')).toBe(1);
});

test('an order is cancelled once; it stays readable as cancelled', async () => {
  const order = await newOrder();
  const key = newKey();
  await product.arm({ fault: 'commit-then-reset', times: 1 });
  const first = await cancel(order, key);
  expect([first.status, first.body['cancelledLines']]).toEqual([200, ['10']]);
  expect((await cancel(order, key)).text).toBe(first.text);
  expect(await changesOf(order, 'delete')).toBe(1);
  expect((await product.call('get_purchase_order', { order })).body['status']).toBe('cancelled');
});

test.each(['4500000001'])('order %s, of which goods were received, is not cancelled', async (order) => {
  const answer = await cancel(order);
  expect([answer.status, answer.body.applied]).toEqual([409, 'no']);
  expect(await changesOf(order, 'delete')).toBe(0);
});

test.each([
  ['before the record is written', { action: 'PutItem', when: 'before', skip: 0 }],
  ['after the record, before anything is read', { action: 'PutItem', when: 'after', skip: 0 }],
  ['before the attempt is recorded', { action: 'UpdateItem', when: 'before', skip: 0 }],
  ['after the attempt is recorded, before anything is sent', { action: 'UpdateItem', when: 'after', skip: 0 }],
  ['before the outcome is recorded', { action: 'UpdateItem', when: 'before', skip: 1 }],
  ['before the reply', { action: 'UpdateItem', when: 'after', skip: 1 }],
])('kill -9 of an update %s: a retry has one effect', async (_, trap) => {
  const order = await newOrder();
  await product.trap({
    service: 'dynamodb',
    resource: '*table/*perations*',
    function: writer,
    do: 'kill-caller',
    ...trap,
  });
  const key = newKey();
  expect((await reprice(order, '44.00', key)).status).toBe(502);
  await product.advance(untilAbsenceCounts);
  const late = await reprice(order, '44.00', key);
  expect(late.status).toBe(200);
  expect([await priceOf(order), await changesOf(order, 'update')]).toEqual([44, 1]);
});
