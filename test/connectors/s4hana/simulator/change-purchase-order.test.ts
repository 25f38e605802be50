import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, order, PO } from './bench.ts';

describe('changing and deleting purchase orders by V2', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const created = async () => String((await bench.client.post(`${PO}/A_PurchaseOrder`, order())).at('d.PurchaseOrder'));
  const itemPath = (number: string, item = '10') =>
    `${PO}/A_PurchaseOrderItem(PurchaseOrder='${number}',PurchaseOrderItem='${item}')`;
  const first = async (filter: string) => {
    const item = (await bench.client.get(`${PO}/A_PurchaseOrderItem?$filter=${filter}&$top=1`)).list('d.results')[0];
    return { number: String(item?.['PurchaseOrder']), item: String(item?.['PurchaseOrderItem']) };
  };

  it('changes a price without If-Match, stamps the header and ledgers the change', async () => {
    const number = await created();
    const header = () =>
      bench.client.get(`${PO}/A_PurchaseOrder('${number}')`).then((read) => read.at('d.LastChangeDateTime'));
    const before = await header();
    expect((await bench.client.patch(itemPath(number), { NetPriceAmount: '44.00' })).status).toBe(204);
    expect((await bench.client.get(itemPath(number, '00010'))).at('d.NetPriceAmount')).toBe('44.00');
    expect(await header()).not.toBe(before);
    expect((await bench.ledger()).at(-1)).toMatchObject({
      entity: 'A_PurchaseOrderItem',
      key: `${number}/10`,
      action: 'update',
      reference: 'T00000000001',
    });
  });

  it('lets the schedule line follow a changed quantity, and the quantity a changed schedule line', async () => {
    const number = await created();
    await bench.client.patch(itemPath(number), { OrderQuantity: '30' });
    const line = `${PO}/A_PurchaseOrderScheduleLine(PurchasingDocument='${number}',PurchasingDocumentItem='10',ScheduleLine='1')`;
    expect((await bench.client.get(line)).at('d.ScheduleLineOrderQuantity')).toBe('30');
    await bench.client.patch(line, {
      ScheduleLineOrderQuantity: '25',
      ScheduleLineDeliveryDate: '/Date(4102444800000)/',
    });
    expect((await bench.client.get(itemPath(number))).at('d.OrderQuantity')).toBe('25');
  });

  it('refuses a change of what is fixed, received or invoiced', async () => {
    const number = await created();
    expect((await bench.client.patch(itemPath(number), { Material: 'RM-6205' })).status).toBe(400);
    const received = await bench.client.patch(itemPath('4500000001'), { OrderQuantity: '119' });
    expect(received.at('error.message.value')).toContain('received');
    expect(
      (await bench.client.patch(itemPath('4500000001'), { OrderQuantity: '120', IsCompletelyDelivered: true })).status,
    ).toBe(204);
    const invoiced = await first('IsFinallyInvoiced eq true');
    const refused = await bench.client.patch(itemPath(invoiced.number, invoiced.item), { NetPriceAmount: '1.00' });
    expect(refused.at('error.message.value')).toContain('invoice');
  });

  it('keeps a deleted order readable, every item marked L, and refuses to delete or change it again', async () => {
    const number = await created();
    const path = `${PO}/A_PurchaseOrder('${number}')`;
    expect((await bench.client.remove(path)).status).toBe(204);
    const read = await bench.client.get(`${path}?$expand=to_PurchaseOrderItem`);
    expect([
      read.at('d.PurchasingDocumentDeletionCode'),
      read.at('d.to_PurchaseOrderItem.results.0.PurchasingDocumentDeletionCode'),
    ]).toEqual(['L', 'L']);
    expect((await bench.client.remove(path)).status).toBe(400);
    expect((await bench.client.patch(itemPath(number), { NetPriceAmount: '44.00' })).status).toBe(400);
    expect((await bench.ledger()).at(-1)).toMatchObject({ action: 'delete', key: number });
  });

  it('does not delete what has been received', async () => {
    expect((await bench.client.remove(itemPath('4500000001'))).at('error.message.value')).toContain(
      'goods receipts exist',
    );
    expect((await bench.client.remove(`${PO}/A_PurchaseOrder('4500000001')`)).status).toBe(400);
  });

  it('deletes one item and leaves the others', async () => {
    const [item] = order().to_PurchaseOrderItem;
    const two = await bench.client.post(
      `${PO}/A_PurchaseOrder`,
      order({ to_PurchaseOrderItem: [item, { ...item, OrderQuantity: '5' }] }),
    );
    const number = String(two.at('d.PurchaseOrder'));
    expect((await bench.client.remove(itemPath(number, '20'))).status).toBe(204);
    const items = await bench.client.get(`${PO}/A_PurchaseOrder('${number}')/to_PurchaseOrderItem`);
    expect(items.list('d.results').map((each) => each['PurchasingDocumentDeletionCode'])).toEqual(['', 'L']);
  });

  it('has no ETag, as the real service', async () => {
    const read = await bench.client.get(`${PO}/A_PurchaseOrder('4500000001')`);
    expect([read.headers.get('etag'), read.at('d.__metadata.etag')]).toEqual([null, undefined]);
  });
});
