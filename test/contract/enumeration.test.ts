import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enumerate as enumerateS4hana } from '../../connectors/s4hana/enumerate.ts';
import { createCreditMemoRequest } from '../../contracts/create-credit-memo-request.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { createPurchaseRequisition } from '../../contracts/create-purchase-requisition.ts';
import { createVendor } from '../../contracts/create-vendor.ts';
import type { CreatedDocument } from '../../lib/core/connector.ts';
import { carryOut } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: order }] = createPurchaseOrder.examples;
const [{ input: requisition }] = createPurchaseRequisition.examples;
const [{ input: vendor }] = createVendor.examples;
const [{ input: credit }] = createCreditMemoRequest.examples;
const always = { from: '2020-01-01', to: '2099-12-31' };

describe.each(systems)('what our user created in %s', (_, start) => {
  let system: Connected;
  const created: string[] = [];
  beforeAll(async () => {
    system = await start();
    for (const reference of ['LEN0000000A1', 'LEN0000000B2'])
      created.push(await idOf('create_purchase_order', order, reference));
    created.push(await idOf('create_purchase_requisition', requisition, 'LEN0000000C3'));
    created.push(await idOf('create_vendor', vendor, 'LEN0000000D4'));
    created.push(await idOf('create_credit_memo_request', credit, 'LEN0000000E5'));
    await carryOut(system, 'cancel_purchase_order', { order: created[1], reason: 'A test' });
  });
  afterAll(() => system.close());
  const idOf = async (contract: string, input: unknown, reference: string) =>
    ((await carryOut(system, contract, input, { reference })) as { document: { id: string } }).document.id;
  const page = (ask: { from: string; to: string; cursor?: string }) => {
    if (!system.connector.enumerate) throw new Error('It cannot enumerate.');
    return system.connector.enumerate.page(system.readClient, ask, AbortSignal.timeout(10_000));
  };
  const everything = async (ask = always): Promise<CreatedDocument[]> => {
    const found: CreatedDocument[] = [];
    let cursor: string | undefined;
    do {
      const next = await page({ ...ask, ...(cursor !== undefined && { cursor }) });
      found.push(...next.documents);
      cursor = next.nextCursor;
    } while (cursor !== undefined);
    return found;
  };

  test('is all there, with reference, amount and whether it is deleted, and nothing of others', async () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(await everything()).toMatchObject([
      {
        ...{ kind: 'purchase_order', document: created[0], reference: 'LEN0000000A1', deleted: false },
        ...{ amount: '900.00', currency: 'EUR', companyCode: '1010', createdAt: today },
        changedAt: expect.stringMatching(/^20.+Z$/),
      },
      { kind: 'purchase_order', document: created[1], reference: 'LEN0000000B2', deleted: true, amount: '0.00' },
      { kind: 'purchase_requisition', document: created[2], reference: 'LEN0000000C3', deleted: false },
      { kind: 'vendor', document: created[3], reference: 'LEN0000000D4', deleted: false, createdAt: today },
      {
        ...{ kind: 'credit_memo_request', document: created[4], reference: 'LEN0000000E5', deleted: false },
        ...{ amount: '100', currency: 'EUR', createdAt: today },
      },
    ]);
  });

  test('is asked for by day, and goes on after the last document of a page', async () => {
    expect(await everything({ from: '2020-01-01', to: '2020-12-31' })).toEqual([]);
    const { documents } = await page({ ...always, cursor: `purchase_order ${created[0]}` });
    expect(documents.map(({ document }) => document)).toEqual([created[1]]);
    expect((await page({ ...always, cursor: 'credit_memo_request ' })).nextCursor).toBeUndefined();
  });

  test('is not listed from a cursor that nobody gave out', async () => {
    for (const cursor of ['', 'sales_order 1', "purchase_order ' or 1 eq 1", 'purchase_order'])
      await expect(page({ ...always, cursor })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('cannot be listed where nobody has said who that user is', async () => {
    const client = system.readClient as { settings: object };
    const nobody = { ...client, settings: { ...client.settings, serviceUser: undefined } } as never;
    await expect(enumerateS4hana.page(nobody, always, AbortSignal.timeout(1_000))).rejects.toMatchObject({
      code: 'UNSUPPORTED_BY_SYSTEM',
    });
  });
});
