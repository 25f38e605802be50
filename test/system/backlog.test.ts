import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { type Product, startProduct } from './stack.ts';

const [{ input: order }] = createPurchaseOrder.examples;
let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const stateOf = async (id: string): Promise<string> => (await product.send('GET', `/v1/operations/${id}`)).body.state;

test('what an ERP that is down cannot take is queued, and carried out once when it is back', async () => {
  await product.arm({ fault: 'unavailable-503', method: 'POST', times: 1_000_000 });
  const calls = await Promise.all(
    Array.from({ length: 6 }, (_, n) => product.call('create_purchase_order', order, { key: `down-${n}` })),
  );
  expect(calls.map(({ status, body }) => [status, body.state])).toEqual(calls.map(() => [202, 'queued']));
  expect(await product.effects()).toHaveLength(0);

  await product.disarm();
  await product.idle();
  const ids = calls.map(({ body }) => body.operationId);
  await product.advance(60_000);
  await Promise.all(ids.map((id) => product.send('GET', `/v1/operations/${id}?wait=25`)));
  expect(await Promise.all(ids.map(stateOf))).toEqual(ids.map(() => 'applied'));
  expect(new Set((await product.effects()).map(({ reference }) => reference)).size).toBe(6);
  expect(await product.effects()).toHaveLength(6);
});
