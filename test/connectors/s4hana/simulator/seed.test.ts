import { describe, expect, it } from 'vitest';
import { seed } from '../../../../connectors/s4hana/simulator/seed/seed.ts';
import type { Row } from '../../../../lib/simulation/state.ts';

const now = Date.parse('2026-05-04T10:00:00Z');
const changes = seed({ now, seed: 1 });
const rows = (table: string): Row[] =>
  changes.flatMap((change) => (change.table === table && change.row ? [change.row] : []));
const some = (table: string, test: (row: Row) => boolean) => rows(table).filter(test).length;

describe('the seeded company', () => {
  it('is large enough to get lost in', () => {
    expect(rows('product').length).toBeGreaterThanOrEqual(200);
    expect(rows('supplier').length).toBeGreaterThanOrEqual(20);
    expect(rows('purchase_order')).toHaveLength(300);
    expect(rows('sales_order')).toHaveLength(500);
    for (const table of ['stock', 'info_record', 'material_document_item', 'supplier_invoice'])
      expect(rows(table).length).toBeGreaterThan(150);
  });

  it('stores every record under a key of its own', () => {
    expect(new Set(changes.map(({ table, key }) => `${table} ${key}`)).size).toBe(changes.length);
  });

  it('is the same for the same seed, another one for another', () => {
    expect(seed({ now, seed: 1 })).toEqual(changes);
    expect(seed({ now, seed: 2 })).not.toEqual(changes);
  });

  it('has orders in every state, some of them late', () => {
    expect(some('purchase_order', (row) => row['PurchasingDocumentDeletionCode'] === 'L')).toBeGreaterThan(2);
    expect(some('purchase_order', (row) => row['PurchasingCompletenessStatus'] === true)).toBeGreaterThan(0);
    expect(some('purchase_order', (row) => row['ReleaseIsNotCompleted'] === true)).toBeGreaterThan(0);
    expect(some('purchase_order_item', (row) => row['IsCompletelyDelivered'] === true)).toBeGreaterThan(100);
    expect(some('purchase_order_item', (row) => row['IsFinallyInvoiced'] === true)).toBeGreaterThan(100);
    expect(some('purchase_order_item', (row) => row['NetPriceQuantity'] === '1000')).toBeGreaterThan(20);
    const late = (row: Row) =>
      Number(row['OpenPurchaseOrderQuantity']) > 0 && String(row['ScheduleLineDeliveryDate']) < '2026-05-04';
    expect(some('purchase_order_schedule_line', late)).toBeGreaterThan(10);
    expect(new Set(rows('purchase_order').map((row) => row['DocumentCurrency']))).toContain('JPY');
  });

  it('has sales orders with every kind of exception', () => {
    const kinds: [string, (row: Row) => boolean][] = [
      ['sales_order', (row) => row['DeliveryBlockReason'] !== ''],
      ['sales_order', (row) => row['HeaderBillingBlockReason'] !== ''],
      ['sales_order', (row) => row['TotalCreditCheckStatus'] === 'B'],
      ['sales_order', (row) => row['OverallTotalDeliveryStatus'] === 'B'],
      ['sales_order_item', (row) => row['SalesDocumentRjcnReason'] !== ''],
      [
        'sales_order_item',
        (row) => row['ConfdDelivQtyInOrderQtyUnit'] === '0' && row['SalesDocumentRjcnReason'] === '',
      ],
      [
        'sales_order_schedule_line',
        (row) =>
          Number(row['OpenConfdDelivQtyInOrdQtyUnit']) > 0 && String(row['ConfirmedDeliveryDate']) < '2026-05-04',
      ],
    ];
    for (const [table, test] of kinds) expect(some(table, test)).toBeGreaterThan(4);
  });

  it('never receives or invoices more than was ordered, nor before the order', () => {
    const items = new Map(
      rows('purchase_order_item').map((row) => [`${row['PurchaseOrder']}/${row['PurchaseOrderItem']}`, row]),
    );
    const invoiced = rows('supplier_invoice_item');
    for (const row of invoiced) {
      const item = items.get(`${row['PurchaseOrder']}/${row['PurchaseOrderItem']}`);
      expect(Number(row['QuantityInPurchaseOrderUnit'])).toBeLessThanOrEqual(Number(item?.['OrderQuantity']));
      expect(item?.['PurchasingDocumentDeletionCode']).toBe('');
    }
    expect(some('material_document', (row) => String(row['PostingDate']) > '2026-05-04')).toBe(0);
  });

  it('has what examples speak of, with any seed', () => {
    for (const number of [1, 7, 20_240_601]) {
      const records = new Map(seed({ now, seed: number }).map(({ table, key, row }) => [`${table} ${key}`, row]));
      const find = (table: string, key: string) => records.get(`${table} ${key}`);
      expect(find('product_description', 'RM-6204\u001fEN')).toMatchObject({
        ProductDescription: 'Deep groove ball bearing 6204',
      });
      expect(find('purchase_order_schedule_line', '4500000001\u001f00010\u001f0001')).toMatchObject({
        OpenPurchaseOrderQuantity: '80',
      });
      expect(find('purchase_requisition_item', '10000001\u001f00010')).toMatchObject({
        Material: 'RM-6204',
        RequestedQuantity: '60',
      });
      expect(find('sales_order', '1')).toMatchObject({ SoldToParty: '10100001', DeliveryBlockReason: '01' });
      expect(find('number_range', 'purchase_order')).toMatchObject({ next: '4500000301' });
    }
  });
});
