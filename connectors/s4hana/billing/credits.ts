import Big from 'big.js';
import * as z from 'zod';
import type { ReadContext } from '../../../lib/protocols/odata.ts';
import { decimalOrZero, flag, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq, oneOf } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { requestLineSchema } from '../credit-memo/request.ts';
import { lineId } from '../purchase-order/order.ts';
import type { Invoice } from './invoice.ts';

/** A credit of one line, of an invoice or of the order that was invoiced, whoever asked for it. */
export interface Credit {
  readonly document: string;
  readonly kind: 'request' | 'credit_memo';
  /** The invoice or order, and its line. */
  readonly of: string;
  readonly line: string;
  readonly gross: Big;
  readonly currency: string;
  readonly state: 'requested' | 'posted' | 'cancelled';
}

const posted = z
  .object({
    BillingDocument: string,
    ReferenceSDDocument: string,
    ReferenceSDDocumentItem: lineId,
    SalesDocument: string,
    SalesDocumentItem: lineId,
    NetAmount: decimalOrZero,
    TaxAmount: decimalOrZero,
    TransactionCurrency: string,
    to_BillingDocument: z.object({ SDDocumentCategory: string, BillingDocumentIsCancelled: flag }),
  })
  .transform((row) => ({
    document: row.BillingDocument,
    reference: row.ReferenceSDDocument,
    referenceLine: row.ReferenceSDDocumentItem,
    request: row.SalesDocument,
    requestLine: row.SalesDocumentItem,
    gross: new Big(row.NetAmount).plus(row.TaxAmount).abs(),
    currency: row.TransactionCurrency,
    isCredit: row.to_BillingDocument.SDDocumentCategory === 'O' && !row.to_BillingDocument.BillingDocumentIsCancelled,
  }));

type Posted = z.output<typeof posted>;

/**
 * Every credit of these invoices: requests that refer to them or to their orders, with what was billed of those, and
 * credit memos that refer to them directly.
 */
export async function creditsOf(
  client: S4hanaClient,
  invoices: readonly Invoice[],
  call: ReadContext,
): Promise<Credit[]> {
  const ids = invoices.map(({ id }) => id);
  if (ids.length === 0) return [];
  const orders = new Set(invoices.flatMap(({ lines }) => lines.map(({ order }) => order)).filter((id) => id !== ''));
  const postedItems = async (filter: string): Promise<Posted[]> => {
    const query = { filter, expand: 'to_BillingDocument' };
    const rows = await client.service('billing').rows('A_BillingDocumentItem', query, posted, call);
    return rows.filter(({ isCredit }) => isCredit);
  };
  const query = { filter: oneOf('ReferenceSDDocument', [...ids, ...orders]), expand: 'to_PricingElement' };
  const [requested, direct] = await Promise.all([
    client.service('creditMemoRequest').rows('A_CreditMemoRequestItem', query, requestLineSchema, call),
    postedItems(and(oneOf('ReferenceSDDocument', ids), eq('ReferenceSDDocumentCategory', 'M'))),
  ]);
  const requests = [...new Set(requested.filter(({ billing }) => billing !== 'A').map(({ request }) => request))];
  const billed = requests.length === 0 ? [] : await postedItems(oneOf('SalesDocument', requests));
  return [
    ...requested.map((line): Credit => {
      const memos = billed.filter((each) => each.request === line.request && each.requestLine === line.line);
      const gross = memos.reduce((sum, each) => sum.plus(each.gross), new Big(0));
      const shared = { document: line.request, kind: 'request' as const, of: line.of, line: line.ofLine };
      const { currency } = line;
      if (line.billing === 'C') return { ...shared, currency, gross, state: 'posted' };
      if (line.isRejected) return { ...shared, currency, gross, state: gross.gt(0) ? 'posted' : 'cancelled' };
      return { ...shared, currency, gross: gross.gt(line.gross) ? gross : line.gross, state: 'requested' };
    }),
    ...direct.map(({ document, reference, referenceLine, gross, currency }): Credit => {
      const shared = { document, kind: 'credit_memo' as const, of: reference, line: referenceLine };
      return { ...shared, gross, currency, state: 'posted' };
    }),
  ];
}
