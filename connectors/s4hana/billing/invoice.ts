import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { ReadContext } from '../../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, string } from '../../../lib/protocols/odata-fields.ts';
import { eq, oneOf } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from '../purchase-order/order.ts';

const line = z
  .object({
    BillingDocumentItem: lineId,
    Material: string,
    BillingDocumentItemText: string,
    BillingQuantity: decimalOrZero,
    BillingQuantityUnit: string,
    NetAmount: decimalOrZero,
    TaxAmount: decimalOrZero,
    SalesDocument: string,
    SalesDocumentItem: lineId,
  })
  .transform((row) => ({
    line: row.BillingDocumentItem,
    item: row.Material,
    text: row.BillingDocumentItemText,
    quantity: row.BillingQuantity,
    unit: row.BillingQuantityUnit,
    net: row.NetAmount,
    tax: row.TaxAmount,
    /** The service's own gross of an item is a price before discounts. */
    gross: new Big(row.NetAmount).plus(row.TaxAmount),
    order: row.SalesDocument,
    orderLine: row.SalesDocumentItem,
  }));

/** A line of an invoice. */
export type InvoiceLine = z.output<typeof line>;

const schema = z
  .object({
    BillingDocument: z.string().min(1),
    SDDocumentCategory: string,
    BillingDocumentIsCancelled: flag,
    BillingDocumentDate: date,
    TransactionCurrency: string,
    TotalNetAmount: decimalOrZero,
    TaxAmount: decimalOrZero,
    SoldToParty: string,
    CompanyCode: string,
    FiscalYear: string,
    AccountingDocument: string,
    InvoiceClearingStatus: string,
    to_Item: z.array(line),
  })
  .transform((row) => ({
    id: row.BillingDocument,
    /** SAP's category: M invoice, O credit memo, N and S what cancels them. */
    category: row.SDDocumentCategory,
    isCancelled: row.BillingDocumentIsCancelled,
    date: row.BillingDocumentDate,
    currency: row.TransactionCurrency,
    net: row.TotalNetAmount,
    tax: row.TaxAmount,
    customer: row.SoldToParty,
    accounting: { company: row.CompanyCode, year: row.FiscalYear, document: row.AccountingDocument },
    /** A open, B partly, C cleared. */
    clearing: row.InvoiceClearingStatus,
    lines: row.to_Item,
  }));

/** A billing document with its lines. */
export type Invoice = z.output<typeof schema>;

const isInvoice = ({ category, isCancelled }: Invoice): boolean => category === 'M' && !isCancelled;

/** An invoice that is not cancelled. Throws `NOT_FOUND`, `NOT_INVOICED` for any other billing document. */
export async function existingInvoice(client: S4hanaClient, id: string, call: ReadContext): Promise<Invoice> {
  const key = { BillingDocument: id };
  const found = await client.service('billing').find('A_BillingDocument', key, { expand: 'to_Item' }, schema, call);
  if (!found) throw new CountersignError('NOT_FOUND', `There is no invoice ${id}.`);
  if (isInvoice(found.value)) return found.value;
  throw new CountersignError('NOT_INVOICED', `Billing document ${id} is no invoice, or is cancelled.`);
}

/** The invoices of a sales order that are not cancelled; none where nothing was invoiced. */
export async function invoicesOfOrder(client: S4hanaClient, order: string, call: ReadContext): Promise<Invoice[]> {
  const service = client.service('billing');
  const named = z.object({ BillingDocument: string });
  const items = await service.rows('A_BillingDocumentItem', { filter: eq('SalesDocument', order) }, named, call);
  const ids = [...new Set(items.map(({ BillingDocument }) => BillingDocument))];
  if (ids.length === 0) return [];
  const query = { filter: oneOf('BillingDocument', ids), expand: 'to_Item', orderBy: 'BillingDocument' };
  return (await service.rows('A_BillingDocument', query, schema, call)).filter(isInvoice);
}
