import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, order, PO, REQUISITION, SALES } from './bench.ts';

describe('purchase requisitions', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const item = {
    Material: 'RM-6204',
    Plant: '1010',
    RequestedQuantity: '60',
    BaseUnit: 'PC',
    DeliveryDate: '/Date(4102444800000)/',
    PurReqnExternalReference: 'R0000000001',
  };
  const requisition = (changed: object = {}) => ({
    PurchaseRequisitionType: 'NB',
    to_PurchaseReqnItem: [{ ...item, ...changed }],
  });
  const create = (changed: object = {}) =>
    bench.client.post(`${REQUISITION}/A_PurchaseRequisitionHeader`, requisition(changed));
  const itemPath = (number: unknown) =>
    `${REQUISITION}/A_PurchaseRequisitionItem(PurchaseRequisition='${number}',PurchaseRequisitionItem='10')`;

  it('are created with their items, wait for release, and are in the ledger with their reference', async () => {
    const created = await create();
    expect([created.status, created.at('d.PurchaseRequisition')]).toEqual([201, '10000041']);
    expect(created.at('d.to_PurchaseReqnItem.results.0')).toMatchObject({
      ReleaseIsNotCompleted: true,
      RequestedQuantity: '60',
      OrderedQuantity: '0',
      IsClosed: false,
    });
    expect(await bench.ledger()).toMatchObject([
      { entity: 'A_PurchaseRequisitionHeader', key: '10000041', action: 'create', reference: 'R0000000001' },
    ]);
  });

  it('are refused for an unknown plant, material or field', async () => {
    for (const changed of [
      { Plant: '9999' },
      { Material: 'NOPE' },
      { Colour: 'red' },
      { RequestedQuantity: '0' },
      { DeliveryDate: null },
    ]) {
      expect((await create(changed)).status).toBe(400);
    }
  });

  it('are closed and flagged as deleted by a change; there is no DELETE', async () => {
    const number = (await create()).at('d.PurchaseRequisition');
    expect((await bench.client.remove(itemPath(number))).status).toBe(405);
    expect((await bench.client.patch(itemPath(number), { IsClosed: true })).status).toBe(204);
    expect((await bench.client.get(itemPath(number))).at('d.IsClosed')).toBe(true);
    expect((await bench.client.patch(itemPath(number), { IsDeleted: 'X' })).status).toBe(204);
    expect((await bench.client.patch(itemPath(number), { IsDeleted: 'X' })).status).toBe(400);
  });

  it('are used up by an order that names them, unless they are not released', async () => {
    const from = (number: unknown) => order({}, { PurchaseRequisition: String(number), PurchaseRequisitionItem: '10' });
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, from('10000001'))).status).toBe(201);
    expect((await bench.client.get(itemPath('10000001'))).at('d.OrderedQuantity')).toBe('20');
    expect((await bench.client.patch(itemPath('10000001'), { IsDeleted: 'X' })).status).toBe(400);
    const waiting = (await create()).at('d.PurchaseRequisition');
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, from(waiting))).at('error.message.value')).toContain(
      'not been released',
    );
  });
});

describe('sales orders', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  it('carry an ETag by which they are changed: 428 without, 412 with a stale one', async () => {
    const path = `${SALES}/A_SalesOrder('1')`;
    const etag = String((await bench.client.get(path)).at('d.__metadata.etag'));
    expect(etag).toMatch(/^W\/"datetimeoffset'/);
    const change = { DeliveryBlockReason: '' };
    expect((await bench.client.patch(path, change)).status).toBe(428);
    expect((await bench.client.patch(path, change, { 'if-match': etag })).status).toBe(204);
    expect((await bench.client.patch(path, change, { 'if-match': etag })).status).toBe(412);
    expect((await bench.client.remove(path, { 'if-match': '*' })).status).toBe(405);
  });

  it('show items and schedule lines with what is confirmed, delivered and open', async () => {
    const read = await bench.client.get(`${SALES}/A_SalesOrder('1')?$expand=to_Item/to_ScheduleLine`);
    expect(read.at('d.to_Item.results.0')).toMatchObject({
      SalesOrderItem: '10',
      Material: 'FG-1001',
      RequestedQuantity: '50',
      RequestedQuantityISOUnit: 'PCE',
    });
    expect(read.at('d.to_Item.results.0.to_ScheduleLine.results.0')).toMatchObject({
      ScheduleLine: '1',
      ConfdOrderQtyByMatlAvailCheck: '50',
      OpenConfdDelivQtyInOrdQtyUnit: '50',
    });
  });
});
