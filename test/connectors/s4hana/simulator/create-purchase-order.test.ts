import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, order, PO } from './bench.ts';

describe('creating purchase orders by V2', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const create = (header: object = {}, item: object = {}) =>
    bench.client.post(`${PO}/A_PurchaseOrder`, order(header, item));

  it('answers 201 with the document, its address and what the ERP added to it', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    const number = created.at('d.PurchaseOrder');
    expect(created.headers.get('location')).toBe(`${bench.origins.api}/sap/opu/${PO}/A_PurchaseOrder('${number}')`);
    expect(created.at('d.PaymentTerms')).toBe('NT30');
    expect(created.at('d.to_PurchaseOrderItem.results.0')).toMatchObject({
      PurchaseOrderItem: '10',
      PurchaseOrderItemText: 'Deep groove ball bearing 6204',
      OrderQuantity: '20',
      NetPriceAmount: '45.00',
      NetPriceQuantity: '10',
      TaxCode: 'V1',
    });
    expect(created.text).toMatch(/"CreationDate":"\/Date\(\d+00000\)\/"/);
  });

  it('has no protection against duplicates: the same body twice is two orders, both in the ledger', async () => {
    const before = (await bench.ledger()).length;
    const body = JSON.stringify(order({ CorrespncInternalReference: 'TWICE' }));
    await bench.client.post(`${PO}/A_PurchaseOrder`, body);
    await bench.client.post(`${PO}/A_PurchaseOrder`, body);
    const entries = (await bench.ledger()).slice(before);
    expect(entries).toHaveLength(2);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(2);
    const digest = createHash('sha256').update(body).digest('hex');
    expect(entries).toMatchObject([
      { action: 'create', reference: 'TWICE', digest },
      { reference: 'TWICE', digest },
    ]);
    expect(Object.keys(entries[0] ?? {})).toEqual(['sequence', 'at', 'entity', 'key', 'action', 'reference', 'digest']);
  });

  it('refuses a field that is unknown, too long, of the wrong type or for reading only, and names it', async () => {
    const cases: [object, object, string][] = [
      [{ Colour: 'red' }, {}, 'Colour'],
      [{ ['__proto__x']: 1 }, {}, '__proto__x'],
      [{ CorrespncInternalReference: 'THIRTEEN CHAR' }, {}, 'CorrespncInternalReference'],
      [{}, { NetPriceAmount: 45 }, 'NetPriceAmount'],
      [{}, { NetPriceAmount: '45.0001' }, 'NetPriceAmount'],
      [{}, { NetPriceAmount: '12345678901' }, 'NetPriceAmount'],
      [{}, { OrderQuantity: '1e3' }, 'OrderQuantity'],
      [{}, { PurchasingDocumentDeletionCode: 'L' }, 'PurchasingDocumentDeletionCode'],
      [{ PurchaseOrderDate: '2026-13-45T00:00:00' }, {}, 'PurchaseOrderDate'],
    ];
    for (const [header, item, field] of cases) {
      const refused = await create(header, item);
      expect([field, refused.status, refused.at('error.innererror.errordetails.0.target')]).toEqual([
        field,
        400,
        field,
      ]);
      expect(refused.at('error.message.lang')).toBe('en');
    }
  });

  it('refuses what its master data does not allow, with a message of SAP shape', async () => {
    const cases: [object, object, RegExp][] = [
      [{ Supplier: '17300019' }, {}, /blocked for purchasing/],
      [{ Supplier: '17300021' }, {}, /blocked by purchasing organization/],
      [{ Supplier: '17300023' }, {}, /marked for deletion/],
      [{ Supplier: '0017300001' }, {}, /does not exist/],
      [{ CompanyCode: '9999' }, {}, /CompanyCode 9999 does not exist/],
      [{ PurchasingGroup: '' }, {}, /Enter PurchasingGroup/],
      [{ to_PurchaseOrderItem: [] }, {}, /no items/],
      [{}, { Material: 'RM-6000' }, /marked for deletion/],
      [{}, { Material: 'RM-7210' }, /blocked for procurement/],
      [{}, { Material: 'SE-3014' }, /blocked for procurement/],
      [{}, { Material: 'FG-2001' }, /not maintained by purchasing/],
      [{}, { Material: 'NOPE' }, /does not exist/],
      [{}, { Plant: '1030', Material: 'RM-6001' }, /not maintained in plant/],
      [{}, { OrderQuantity: '0' }, /greater than zero/],
      [{}, { OrderQuantity: '1.5' }, /0 decimal places/],
      [{}, { PurchaseOrderQuantityUnit: 'KG' }, /not maintained for material/],
      [{}, { NetPriceAmount: '45.001' }, /2 decimal places/],
      [{ DocumentCurrency: 'JPY' }, { NetPriceAmount: '45.5' }, /0 decimal places/],
      [
        {},
        { to_ScheduleLine: [{ ScheduleLineDeliveryDate: '/Date(4102444800000)/', ScheduleLineOrderQuantity: '7' }] },
        /add up to 7/,
      ],
      [{}, { AccountAssignmentCategory: 'K' }, /account assignment/],
    ];
    for (const [header, item, message] of cases) {
      const refused = await create(header, item);
      expect([refused.status, refused.at('error.message.value')]).toEqual([400, expect.stringMatching(message)]);
    }
  });

  it('keeps as many decimals as the currency has', async () => {
    const kuwait = await create({ Supplier: '17300011', DocumentCurrency: 'KWD' }, { NetPriceAmount: '1.125' });
    expect(kuwait.at('d.to_PurchaseOrderItem.results.0.NetPriceAmount')).toBe('1.125');
    const japan = await create({ Supplier: '17300010', DocumentCurrency: 'JPY' }, { NetPriceAmount: '7300' });
    expect(japan.at('d.to_PurchaseOrderItem.results.0.NetPriceAmount')).toBe('7300');
  });

  it('takes the price of the info record, and schedule lines, account assignments and notes of a deep insert', async () => {
    const item = {
      NetPriceAmount: undefined,
      AccountAssignmentCategory: 'K',
      to_ScheduleLine: [
        { ScheduleLineDeliveryDate: '2099-03-15T00:00:00', ScheduleLineOrderQuantity: '12' },
        { ScheduleLineDeliveryDate: '/Date(4077216000000)/', ScheduleLineOrderQuantity: '8' },
      ],
      to_AccountAssignment: { results: [{ CostCenter: '10101101' }] },
    };
    const created = await create(
      { to_PurchaseOrderNote: [{ TextObjectType: 'F02', Language: 'EN', PlainLongText: 'Call first' }] },
      item,
    );
    expect(created.status).toBe(201);
    const path = `${PO}/A_PurchaseOrder('${created.at('d.PurchaseOrder')}')`;
    const read = await bench.client.get(
      `${path}?$expand=to_PurchaseOrderNote,to_PurchaseOrderItem/to_ScheduleLine,to_PurchaseOrderItem/to_AccountAssignment`,
    );
    expect(read.at('d.to_PurchaseOrderNote.results.0.PlainLongText')).toBe('Call first');
    expect(read.at('d.to_PurchaseOrderItem.results.0.NetPriceAmount')).toBe('45.00');
    expect(read.list('d.to_PurchaseOrderItem.results.0.to_ScheduleLine.results')).toMatchObject([
      {
        ScheduleLine: '1',
        ScheduleLineDeliveryDate: `/Date(${Date.parse('2099-03-15')})/`,
        ScheduleLineOrderQuantity: '12',
      },
      { ScheduleLine: '2', ScheduleLineOrderQuantity: '8' },
    ]);
    expect(read.at('d.to_PurchaseOrderItem.results.0.to_AccountAssignment.results.0.CostCenter')).toBe('10101101');
  });

  it('converts between order unit and price unit by the factors of the material', async () => {
    const item = {
      Material: 'ST-8001',
      OrderQuantity: '1500',
      PurchaseOrderQuantityUnit: 'KG',
      OrderPriceUnit: 'TO',
      NetPriceAmount: '980.00',
      NetPriceQuantity: '1',
    };
    const created = await create({ Supplier: '17300009' }, item);
    expect(created.at('d.to_PurchaseOrderItem.results.0')).toMatchObject({
      OrderPriceUnitToOrderUnitNmrtr: '1',
      OrdPriceUnitToOrderUnitDnmntr: '1000',
      OrderQuantity: '1500.000',
    });
  });

  it('holds an order from the limit on back for the release', async () => {
    const large = await create({}, { OrderQuantity: '2300' });
    expect([large.at('d.ReleaseIsNotCompleted'), large.at('d.PurchasingProcessingStatus')]).toEqual([true, '03']);
    const small = await create({}, { OrderQuantity: '20' });
    expect([small.at('d.ReleaseIsNotCompleted'), small.at('d.PurchasingProcessingStatus')]).toEqual([false, '02']);
  });

  it('refuses bodies that are no JSON, no object, or of another content type', async () => {
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, '{')).status).toBe(400);
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, [])).status).toBe(400);
    expect((await bench.client.post(`${PO}/A_PurchaseOrder`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('refuses $batch, PUT and creating items on their own, by name', async () => {
    expect((await bench.client.post(`${PO}/$batch`, '{}')).at('error.message.value')).toContain('$batch');
    const put = await bench.client.modify('PUT', `${PO}/A_PurchaseOrder('4500000001')`, {});
    expect(put.status).toBe(405);
    expect((await bench.client.post(`${PO}/A_PurchaseOrderItem`, {})).status).toBe(405);
  });
});
