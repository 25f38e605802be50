import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { ReadContext } from '../../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq, oneOf, or } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from './order.ts';

/** Goods movement types that receive against a purchase order, and those that take back: 101/102 receipt, 105/106 release of blocked receipt, 122/123 return to supplier, 161/162 returns item. */
const signs: ReadonlyMap<string, 1 | -1> = new Map(
  Object.entries({ 101: 1, 102: -1, 105: 1, 106: -1, 122: -1, 123: 1, 161: -1, 162: 1 } as const),
);

const receipt = z
  .object({
    PurchaseOrder: string,
    PurchaseOrderItem: lineId,
    GoodsMovementType: string,
    EntryUnit: string,
    QuantityInEntryUnit: decimalOrZero,
    MaterialBaseUnit: string,
    QuantityInBaseUnit: decimalOrZero,
    to_MaterialDocumentHeader: z.object({ PostingDate: date }),
  })
  .transform((row) => ({
    order: row.PurchaseOrder,
    line: row.PurchaseOrderItem,
    sign: signs.get(row.GoodsMovementType) ?? 0,
    byUnit: [
      { unit: row.EntryUnit, quantity: row.QuantityInEntryUnit },
      { unit: row.MaterialBaseUnit, quantity: row.QuantityInBaseUnit },
    ],
    postedOn: row.to_MaterialDocumentHeader.PostingDate,
  }));

/** A goods movement for a line of an order; `sign` 0 where it neither receives nor takes back. */
export type Receipt = z.output<typeof receipt>;

/** A filter stands in the URL, whose length is limited. */
const longestFilter = 50;

/** Runs a search for groups of different ids and puts what it finds together. */
async function inGroups<T>(
  ids: readonly string[],
  search: (group: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const all = [...new Set(ids)];
  const groups = Array.from({ length: Math.ceil(all.length / longestFilter) }, (_, n) =>
    all.slice(n * longestFilter, (n + 1) * longestFilter),
  );
  return (await Promise.all(groups.map(search))).flat();
}

/** Goods movements of these orders. */
export function receiptsOf(client: S4hanaClient, orders: readonly string[], call: ReadContext): Promise<Receipt[]> {
  const service = client.service('materialDocument');
  return inGroups(orders, (group) => {
    const query = { filter: oneOf('PurchaseOrder', group), expand: 'to_MaterialDocumentHeader' };
    return service.rows('A_MaterialDocumentItem', query, receipt, call);
  });
}

interface LineOfOrder {
  readonly order: string;
  readonly line: string;
  readonly unit: string;
}

/** Received quantity of a line in its order unit. Throws `UNIT_UNKNOWN` where a movement is in neither that unit nor converts by its base unit. */
export function receivedOf(line: LineOfOrder, receipts: readonly Receipt[]): string {
  return receipts
    .filter((each) => each.order === line.order && each.line === line.line && each.sign !== 0)
    .reduce((sum, { sign, byUnit }) => {
      const counted = byUnit.find(({ unit }) => unit === line.unit);
      if (!counted)
        throw new CountersignError('UNIT_UNKNOWN', `Goods came in ${byUnit[0]?.unit}, ordered is ${line.unit}.`);
      return sum.plus(new Big(counted.quantity).times(sign));
    }, new Big(0))
    .toFixed();
}

const invoiceItem = z
  .object({
    SupplierInvoice: string,
    FiscalYear: string,
    PurchaseOrder: string,
    PurchaseOrderItem: lineId,
    QuantityInPurchaseOrderUnit: decimalOrZero,
    SupplierInvoiceItemAmount: decimalOrZero,
    DocumentCurrency: string,
    IsSubsequentDebitCredit: string,
  })
  .transform((row) => ({
    key: `${row.SupplierInvoice}/${row.FiscalYear}`,
    invoice: row.SupplierInvoice,
    year: row.FiscalYear,
    order: row.PurchaseOrder,
    line: row.PurchaseOrderItem,
    quantity: row.QuantityInPurchaseOrderUnit,
    amount: row.SupplierInvoiceItemAmount,
    currency: row.DocumentCurrency,
    changesOnlyValue: row.IsSubsequentDebitCredit !== '',
  }));

const invoiceHeader = z
  .object({
    SupplierInvoice: string,
    FiscalYear: string,
    SupplierInvoiceIsCreditMemo: string,
    SupplierInvoiceStatus: string,
    ReverseDocument: string,
    /** Younger releases tell both; in older ones the reversing document is named. */
    IsReversed: flag.optional(),
    IsReversal: flag.optional(),
  })
  .transform((row) => ({
    key: `${row.SupplierInvoice}/${row.FiscalYear}`,
    isCredit: row.SupplierInvoiceIsCreditMemo !== '',
    /** `5` is posted; a reversed invoice and its reversal cancel each other out. */
    counts: row.SupplierInvoiceStatus === '5' && !row.IsReversed && !row.IsReversal && row.ReverseDocument === '',
  }));

/** A line of an invoice that counts; credits are negative. */
export type Invoiced = z.output<typeof invoiceItem>;

/** Lines of posted supplier invoices and credits for these orders. */
export async function invoicesOf(
  client: S4hanaClient,
  orders: readonly string[],
  call: ReadContext,
): Promise<Invoiced[]> {
  const service = client.service('supplierInvoice');
  const items = await inGroups(orders, (group) =>
    service.rows('A_SuplrInvcItemPurOrdRef', { filter: oneOf('PurchaseOrder', group) }, invoiceItem, call),
  );
  const keys = items.map(({ invoice, year }) => `(${and(eq('SupplierInvoice', invoice), eq('FiscalYear', year))})`);
  const headers = await inGroups(keys, (group) =>
    service.rows('A_SupplierInvoice', { filter: or(...group) }, invoiceHeader, call),
  );
  const byKey = new Map(headers.map((header) => [header.key, header]));
  return items
    .filter(({ key }) => byKey.get(key)?.counts)
    .map((item) =>
      byKey.get(item.key)?.isCredit
        ? { ...item, quantity: negative(item.quantity), amount: negative(item.amount) }
        : item,
    );
}

const negative = (value: string): string => new Big(value).times(-1).toFixed();

/** Invoiced quantity of a line in its order unit. */
export const invoicedOf = (line: Pick<LineOfOrder, 'order' | 'line'>, invoices: readonly Invoiced[]): string =>
  invoices
    .filter((each) => each.order === line.order && each.line === line.line && !each.changesOnlyValue)
    .reduce((sum, { quantity }) => sum.plus(quantity), new Big(0))
    .toFixed();
