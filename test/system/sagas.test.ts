import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Saga } from '../../lib/core/saga/saga.ts';
import { onboardVendor } from '../../statemachines/onboard-vendor.ts';
import { procureMaterial } from '../../statemachines/procure-material.ts';
import { refundOrder } from '../../statemachines/refund-order.ts';
import { shipOrder } from '../../statemachines/ship-order.ts';
import { decide, linkFor } from './approver.ts';
import { newKey, type Product, startProduct } from './stack.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ config: '../../countersign.config.ts' });
});
afterAll(() => product.close());

interface Step {
  readonly step: string;
  readonly state: string;
  readonly document?: string;
}

/** What the agent is told of its saga. */
interface Told {
  readonly state: string;
  readonly reason?: string;
  readonly result: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const agentOf = ({ name }: Saga): string =>
  name === 'refund_order' || name === 'ship_order' ? 'service-agent' : 'buyer-agent';

const start = async (saga: Saga, input: object, key = newKey()): Promise<string> => {
  const { status, body } = await product.send('POST', `/v1/tools/${saga.name}`, {
    as: agentOf(saga),
    body: JSON.stringify(input),
    headers: { 'idempotency-key': key },
  });
  expect([200, 202]).toContain(status);
  return body.operationId;
};

const told = async (saga: Saga, id: string, wait = 0): Promise<Told> => {
  const { body } = await product.send('GET', `/v1/operations/${id}?wait=${wait}`, { as: agentOf(saga) });
  return body as unknown as Told;
};

/** Waits until the agent is told something in particular. */
async function until(saga: Saga, id: string, holds: (told: Told) => boolean): Promise<Told> {
  for (let tries = 0; tries < 200; tries++) {
    const now = await told(saga, id);
    if (holds(now)) return now;
    await sleep(100);
  }
  throw new Error(`saga ${id} is ${JSON.stringify(await told(saga, id))}`);
}

const pictureOf = ({ steps }: Told): string[] => steps.map(({ step, state }) => `${step} ${state}`);
const exampleOf = ({ examples: [{ input }] }: Saga) => input as Readonly<Record<string, unknown>>;

const procurement = (pieces: string, price: string, total: string) => ({
  ...exampleOf(procureMaterial),
  quantity: { value: pieces, unit: 'C62' },
  unitPrice: { amount: price, currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
  total: { amount: total, currency: 'EUR' },
});

describe('procure_material', () => {
  test('10 x 45.00 commits three steps, once for one key', async () => {
    const key = newKey();
    const before = (await product.effects()).length;
    const id = await start(procureMaterial, procurement('10', '45.00', '450.00'), key);
    const { state, result } = await until(procureMaterial, id, (now) => now.state !== 'running');
    expect({ state, result }).toEqual({
      state: 'applied',
      result: { reservation: expect.any(String), allocation: expect.any(String), order: expect.any(String) },
    });
    expect(await start(procureMaterial, procurement('10', '45.00', '450.00'), key)).toBeUndefined();
    expect((await product.effects()).slice(before).map(({ action }) => action)).toEqual(['create', 'create']);
  });

  test('200 x 300.00 is refused at the budget and undoes only the reservation', async () => {
    const id = await start(procureMaterial, procurement('200', '300.00', '60000.00'));
    const now = await until(procureMaterial, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'not_applied', reason: 'BUDGET_EXCEEDED' });
    expect(pictureOf(now)).toEqual(['Reserve_stock undone', 'Allocate_budget not_done', 'Create_order not_begun']);
  });

  test('waits for people over its threshold, over a restart of everything, and does what they say', async () => {
    const id = await start(procureMaterial, procurement('50', '240.00', '12000.00'));
    await until(procureMaterial, id, ({ steps }) => steps[2]?.state === 'waiting');
    await product.restart();
    const link = await linkFor(product, 'anna');
    await decide(product, link, { name: 'anna', verdict: 'refuse', reason: 'PRICE' });
    const now = await until(procureMaterial, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'not_applied', reason: 'APPROVAL_REFUSED' });
    expect(pictureOf(now)).toEqual(['Reserve_stock undone', 'Allocate_budget undone', 'Create_order not_done']);
  });
});

describe('onboard_vendor', () => {
  const vendor = exampleOf(onboardVendor)['vendor'] as Readonly<Record<string, unknown>>;
  const notOnList = { item: 'NO-SUCH-ITEM', site: '1010', validFrom: '2099-01-01', validTo: '2099-12-31' };
  const another = (name: string, taxId: string) => ({
    vendor: { ...vendor, name, taxIds: [{ type: 'vat', value: taxId }] },
    contact: { name: 'Paula Hafen', email: `paula@${name.toLowerCase().replaceAll(' ', '-')}.example`, role: 'orders' },
  });

  test('invites last, when all else is done', async () => {
    const id = await start(onboardVendor, exampleOf(onboardVendor));
    const now = await until(onboardVendor, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'applied', result: { supplier: '17300025', account: 'A-1000101' } });
  });

  test('touches no vendor that was there before', async () => {
    const before = (await product.effects()).length;
    const id = await start(onboardVendor, { ...exampleOf(onboardVendor), ...another('Hafenberg Zwei', 'DE136695976') });
    const now = await until(onboardVendor, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'not_applied' });
    expect(['DUPLICATE_TAX_ID', 'POSSIBLE_DUPLICATE']).toContain(now.reason);
    expect((await product.effects()).length).toBe(before);
  });

  test('closes the account and blocks the vendor when the list refuses', async () => {
    const id = await start(onboardVendor, { ...another('Listen Frei', 'DE811907980'), approvedFor: notOnList });
    const now = await until(onboardVendor, id, ({ state }) => state !== 'running');
    expect(pictureOf(now)).toEqual([
      'Create_vendor undone',
      'Open_account undone',
      'Approve_supplier not_done',
      'Invite not_begun',
    ]);
  });

  test('blocks the vendor although its account cannot be closed, and two operators finish it', async () => {
    await product.arm({ fault: 'slow', ms: 4000, entity: 'A_Product', times: 1 });
    const id = await start(onboardVendor, { ...another('Konto Offen', 'DE129273398'), approvedFor: notOnList });
    const { steps } = await until(onboardVendor, id, (now) => now.steps[1]?.state === 'done');
    const portal = product.stack.systems['portal']?.controlUrl;
    await fetch(`${portal}/_sim/people/send-order`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account: steps[1]?.document }),
    });
    const stuck = await until(onboardVendor, id, ({ state }) => state !== 'running');
    expect(stuck.state).toBe('review');
    expect(pictureOf(stuck)).toEqual([
      'Create_vendor undone',
      'Open_account not_undone',
      'Approve_supplier not_done',
      'Invite not_begun',
    ]);
    const said = { step: 'Open_account', reason: 'The portal closes it when the order is confirmed.', deviates: true };
    const act = (as: string, what: string, body: object) =>
      product.send('POST', `/v1/admin/sagas/${id}/${what}`, { as, body: JSON.stringify(body) });
    expect((await act('operator', 'done', said)).status).toBe(200);
    expect((await act('operator', 'confirm', { step: 'Open_account' })).status).toBe(403);
    expect((await act('second', 'confirm', { step: 'Open_account' })).status).toBe(200);
    const now = await until(onboardVendor, id, ({ state }) => state !== 'review' && state !== 'running');
    expect(now.state).toBe('not_applied');
    expect(pictureOf(now)[1]).toBe('Open_account undone');
  });
});

describe('refund_order', () => {
  test('requests what people approve, and says what is left', async () => {
    const { body } = await product.call('get_invoice', { invoice: '90000001' }, { as: 'service-agent' });
    const [{ refundable } = { refundable: '' }] = body['invoices'] as readonly { readonly refundable: string }[];
    const id = await start(refundOrder, exampleOf(refundOrder));
    await until(refundOrder, id, ({ steps }) => steps[2]?.state === 'waiting');
    // A code signs in once: this time it is somebody else.
    const link = await linkFor(product, 'ben', 2);
    await decide(product, link, { name: 'ben', verdict: 'approve' });
    const now = await until(refundOrder, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'applied', result: { gross: '119.00' } });
    expect((Number(refundable) - Number(now.result['stillRefundable'])).toFixed(2)).toBe('119.00');
  });

  test('requests nothing of an invoice of another order', async () => {
    const id = await start(refundOrder, { ...exampleOf(refundOrder), order: '496' });
    const now = await until(refundOrder, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'not_applied', reason: 'NOT_INVOICED' });
  });
});

describe('ship_order', () => {
  const input = exampleOf(shipOrder);

  test('takes the deliveries back where nothing is picked', async () => {
    const id = await start(shipOrder, { ...input, waitForPicking: 0 });
    const now = await until(shipOrder, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'not_applied', reason: 'NOT_PICKED' });
    expect(pictureOf(now).slice(0, 3)).toEqual([
      'Read_order done',
      'Create_deliveries undone',
      'Post_goods_issue not_done',
    ]);
  });

  test('posts every delivery once it is picked, and tells the customer', async () => {
    const id = await start(shipOrder, input);
    const { steps } = await until(shipOrder, id, (now) => now.steps[1]?.document !== undefined);
    const first = Number(steps[1]?.document);
    const erp = product.stack.systems['erp']?.controlUrl;
    for (const delivery of [first, first + 1])
      await fetch(`${erp}/_sim/people/pick`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ delivery: String(delivery) }),
      });
    await product.idle();
    await sleep(500);
    await product.advance(301_000);
    const now = await until(shipOrder, id, ({ state }) => state !== 'running');
    expect(now).toMatchObject({ state: 'applied', result: { deliveries: [String(first), String(first + 1)] } });
  });
});
