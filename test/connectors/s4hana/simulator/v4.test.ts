import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, PO, PO4 } from './bench.ts';

describe('purchase orders by V4', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const item = {
    Material: 'RM-6204',
    Plant: '1010',
    OrderQuantity: 20,
    PurchaseOrderQuantityUnit: 'PC',
    OrderPriceUnit: 'PC',
    NetPriceAmount: 45.5,
    NetPriceQuantity: 10,
    DocumentCurrency: 'EUR',
    _PurchaseOrderScheduleLineTP: [
      { ScheduleLineDeliveryDate: '2099-03-15', ScheduleLineOrderQuantity: 20, PurchaseOrderQuantityUnit: 'PC' },
    ],
  };
  const order = (changed: object = {}) => ({
    CompanyCode: '1010',
    PurchaseOrderType: 'NB',
    PurchasingOrganization: '1010',
    PurchasingGroup: '001',
    Supplier: '17300001',
    CorrespncInternalReference: 'V4REFERENCE1',
    _PurchaseOrderItem: [{ ...item, ...changed }],
  });
  const create = (changed: object = {}, headers?: Record<string, string>) =>
    bench.client.post(`${PO4}/PurchaseOrder`, order(changed), headers);
  const path = (number: unknown) => `${PO4}/PurchaseOrder('${number}')`;
  const itemPath = (number: unknown) => `${PO4}/PurchaseOrderItem(PurchaseOrder='${number}',PurchaseOrderItem='00010')`;

  it('are the same documents as by V2, with numbers, an ETag and a ledger entry of their own name', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toMatch(/^W\/"SADL-/);
    expect(created.at('_PurchaseOrderItem.0')).toMatchObject({
      PurchaseOrderItem: '00010',
      NetPriceAmount: 45.5,
      NetAmount: 91,
    });
    const number = created.at('PurchaseOrder');
    expect((await bench.ledger()).at(-1)).toMatchObject({
      entity: 'PurchaseOrder',
      key: number,
      action: 'create',
      reference: 'V4REFERENCE1',
    });
    expect((await bench.client.get(`${PO}/A_PurchaseOrder('${number}')`)).at('d.CorrespncInternalReference')).toBe(
      'V4REFERENCE1',
    );
  });

  it('take decimals as numbers, or as strings where IEEE754Compatible says so', async () => {
    expect((await create({ NetPriceAmount: '45.50' })).status).toBe(400);
    const exact = {
      'content-type': 'application/json;IEEE754Compatible=true',
      accept: 'application/json;IEEE754Compatible=true',
    };
    const decimals = { NetPriceAmount: '45.50', NetPriceQuantity: '10', OrderQuantity: '20' };
    const schedule = {
      _PurchaseOrderScheduleLineTP: [
        { ScheduleLineDeliveryDate: '2099-03-15', ScheduleLineOrderQuantity: '20', PurchaseOrderQuantityUnit: 'PC' },
      ],
    };
    const created = await create({ ...decimals, ...schedule }, exact);
    expect([created.status, created.at('_PurchaseOrderItem.0.NetPriceAmount')]).toEqual([201, '45.50']);
  });

  it('fail in the shape of their version', async () => {
    await bench.arm({ fault: 'commit-then-500', entity: 'PurchaseOrder' });
    const failed = await create();
    expect([failed.status, failed.at('error.message')]).toEqual([500, 'An exception was raised.']);
  });

  it('want the currency beside an amount and the unit beside a quantity', async () => {
    const { DocumentCurrency: _, ...rest } = item;
    const refused = await bench.client.post(`${PO4}/PurchaseOrder`, { ...order(), _PurchaseOrderItem: [rest] });
    expect([refused.status, refused.at('error.target')]).toEqual([400, 'DocumentCurrency']);
  });

  it('are changed with the current ETag only: 428 without, 412 with a stale one', async () => {
    const created = await create();
    const number = created.at('PurchaseOrder');
    const change = { NetPriceAmount: 44, DocumentCurrency: 'EUR' };
    expect((await bench.client.patch(itemPath(number), change)).status).toBe(428);
    const etag = String((await bench.client.get(itemPath(number))).at('@odata.etag'));
    expect((await bench.client.patch(itemPath(number), change, { 'if-match': etag })).status).toBe(204);
    const stale = await bench.client.patch(itemPath(number), change, { 'if-match': etag });
    expect([stale.status, stale.at('error.message')]).toEqual([412, expect.any(String)]);
    expect((await bench.client.remove(path(number))).status).toBe(428);
    expect((await bench.client.remove(path(number), { 'if-match': '*' })).status).toBe(204);
    expect((await bench.client.get(path(number))).at('PurchaseOrderDeletionCode')).toBe('L');
  });

  it('are read with nested $expand, V4 filters and @odata.nextLink', async () => {
    const read = await bench.client.get(
      `${path('4500000001')}?$select=PurchaseOrder&$expand=_PurchaseOrderItem($select=Material;$expand=_PurchaseOrderScheduleLineTP($select=OpenPurchaseOrderQuantity))`,
    );
    expect(read.at('_PurchaseOrderItem.0._PurchaseOrderScheduleLineTP.0.OpenPurchaseOrderQuantity')).toBe(80);
    const filtered = await bench.client.get(
      `${PO4}/PurchaseOrder?$filter=contains(Supplier,'7300001') and CreationDate gt 2020-01-01&$count=true&$top=1`,
    );
    expect(filtered.at('value.0.Supplier')).toBe('17300001');
    expect(filtered.at('@odata.count')).toBeGreaterThan(5);
    const page = await bench.client.get(`${PO4}/PurchaseOrder?$select=PurchaseOrder`);
    const next = await bench.client.get(`${PO4}/${page.at('@odata.nextLink')}`);
    expect(next.list('value')).toHaveLength(100);
    expect((await bench.client.get(`${PO4}/PurchaseOrder?$inlinecount=allpages`)).status).toBe(400);
    expect(
      (await bench.client.get(`${PO4}/PurchaseOrder?$filter=CreationDate gt datetime'2020-01-01T00:00:00'`)).status,
    ).toBe(400);
  });
});
