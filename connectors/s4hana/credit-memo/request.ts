import Big from 'big.js';
import * as z from 'zod';
import type { DocumentStatus } from '../../../contracts/shapes.ts';
import type { Entity, ReadContext } from '../../../lib/protocols/odata.ts';
import { decimalOrZero, flag, string } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from '../purchase-order/order.ts';

const price = z.object({ ConditionClass: string, ConditionAmount: decimalOrZero, ConditionIsForStatistics: flag });

/** How the service shows a line of a credit memo request with its prices. */
export const requestLineSchema = z
  .object({
    CreditMemoRequest: string,
    CreditMemoRequestItem: lineId,
    NetAmount: decimalOrZero,
    TransactionCurrency: string,
    SalesDocumentRjcnReason: string,
    OrderRelatedBillingStatus: string,
    ReferenceSDDocument: string,
    ReferenceSDDocumentItem: lineId,
    to_PricingElement: z.array(price),
  })
  .transform((row) => ({
    request: row.CreditMemoRequest,
    line: row.CreditMemoRequestItem,
    net: row.NetAmount,
    /** Net and the taxes among the conditions (class D): a line has no tax of its own. */
    gross: row.to_PricingElement
      .filter(({ ConditionClass, ConditionIsForStatistics }) => ConditionClass === 'D' && !ConditionIsForStatistics)
      .reduce((sum, { ConditionAmount }) => sum.plus(ConditionAmount), new Big(row.NetAmount)),
    currency: row.TransactionCurrency,
    isRejected: row.SalesDocumentRjcnReason !== '',
    /** A not billed, B partly, C completely. */
    billing: row.OrderRelatedBillingStatus,
    of: row.ReferenceSDDocument,
    ofLine: row.ReferenceSDDocumentItem,
  }));

const schema = z
  .object({
    CreditMemoRequest: z.string().min(1),
    ReferenceSDDocument: string,
    HeaderBillingBlockReason: string,
    TransactionCurrency: string,
    to_Item: z.array(requestLineSchema),
  })
  .transform((row) => ({
    id: row.CreditMemoRequest,
    invoice: row.ReferenceSDDocument,
    billingBlock: row.HeaderBillingBlockReason,
    currency: row.TransactionCurrency,
    lines: row.to_Item,
  }));

/** A credit memo request with its lines. */
export type CreditMemoRequest = z.output<typeof schema>;

/** A request as the service shows it, with the ETag that a change of one of its lines has to name; undefined when there is none. */
export const findRequest = (
  client: S4hanaClient,
  request: string,
  call: ReadContext,
): Promise<Entity<CreditMemoRequest> | undefined> =>
  client
    .service('creditMemoRequest')
    .find('A_CreditMemoRequest', { CreditMemoRequest: request }, { expand: 'to_Item/to_PricingElement' }, schema, call);

/** Its state in words common to all systems: a billing block is an approval that is still to come. */
export function statusOf({ lines, billingBlock }: CreditMemoRequest): DocumentStatus {
  if (lines.every(({ isRejected }) => isRejected)) return 'cancelled';
  const open = lines.filter(({ isRejected }) => !isRejected);
  if (open.every(({ billing }) => billing === 'C')) return 'fulfilled';
  if (open.some(({ billing }) => billing !== 'A')) return 'partly_fulfilled';
  return billingBlock === '' ? 'released' : 'in_approval';
}
