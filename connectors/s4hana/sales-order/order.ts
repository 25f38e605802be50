import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Entity, ReadContext } from '../../../lib/protocols/odata.ts';
import { date, decimalOrZero, instant, string } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from '../purchase-order/order.ts';

const scheduleLine = z
  .object({
    RequestedDeliveryDate: date,
    ConfirmedDeliveryDate: date,
    ScheduleLineOrderQuantity: decimalOrZero,
    ConfdOrderQtyByMatlAvailCheck: decimalOrZero,
    DeliveredQtyInOrderQtyUnit: decimalOrZero,
  })
  .transform((row) => ({
    requestedDate: row.RequestedDeliveryDate,
    confirmedDate: row.ConfirmedDeliveryDate,
    ordered: row.ScheduleLineOrderQuantity,
    confirmed: row.ConfdOrderQtyByMatlAvailCheck,
    delivered: row.DeliveredQtyInOrderQtyUnit,
  }));

const line = z
  .object({
    SalesOrderItem: lineId,
    Material: string,
    SalesOrderItemText: string,
    ProductionPlant: string,
    ShippingPoint: string,
    RequestedQuantity: decimalOrZero,
    RequestedQuantityUnit: string,
    NetAmount: decimalOrZero,
    TaxAmount: decimalOrZero,
    SalesDocumentRjcnReason: string,
    OrderRelatedBillingStatus: string,
    to_ScheduleLine: z.array(scheduleLine),
  })
  .transform((row) => ({
    line: row.SalesOrderItem,
    item: row.Material,
    text: row.SalesOrderItemText,
    site: row.ProductionPlant,
    shippingPoint: row.ShippingPoint,
    ordered: row.RequestedQuantity,
    unit: row.RequestedQuantityUnit,
    net: row.NetAmount,
    tax: row.TaxAmount,
    rejectedReason: row.SalesDocumentRjcnReason,
    /** SAP's status: A not yet, B partly, C completely, empty not relevant. */
    billing: row.OrderRelatedBillingStatus,
    schedule: row.to_ScheduleLine,
  }));

/** A line of a sales order. */
export type SalesLine = z.output<typeof line>;

/** How the service shows a sales order with its lines. */
export const salesOrderSchema = z
  .object({
    SalesOrder: z.string().min(1),
    SoldToParty: string,
    PurchaseOrderByCustomer: string,
    SalesOrderDate: date,
    RequestedDeliveryDate: date,
    TransactionCurrency: string,
    TotalNetAmount: decimalOrZero,
    DeliveryBlockReason: string,
    HeaderBillingBlockReason: string,
    TotalCreditCheckStatus: string,
    OverallTotalDeliveryStatus: string,
    OverallSDProcessStatus: string,
    OverallSDDocumentRejectionSts: string,
    LastChangeDateTime: instant,
    to_Item: z.array(line),
  })
  .transform((row) => ({
    id: row.SalesOrder,
    customer: row.SoldToParty,
    customerReference: row.PurchaseOrderByCustomer,
    date: row.SalesOrderDate,
    requestedDate: row.RequestedDeliveryDate,
    currency: row.TransactionCurrency,
    net: row.TotalNetAmount,
    blocks: blocksOf(row),
    /** SAP's statuses: A not yet, B partly, C completely, empty not relevant. */
    delivery: row.OverallTotalDeliveryStatus,
    process: row.OverallSDProcessStatus,
    rejection: row.OverallSDDocumentRejectionSts,
    lines: row.to_Item,
  }));

/** A sales order with its lines. */
export type SalesOrder = z.output<typeof salesOrderSchema>;

/** Everything that belongs to a sales order. */
export const wholeSalesOrder = { expand: 'to_Item/to_ScheduleLine' };

/** A sales order with its ETag. Throws `NOT_FOUND`. */
export async function findSalesOrder(
  client: S4hanaClient,
  order: string,
  call: ReadContext,
): Promise<Entity<SalesOrder>> {
  const service = client.service('salesOrder');
  const found = await service.find('A_SalesOrder', { SalesOrder: order }, wholeSalesOrder, salesOrderSchema, call);
  if (found) return found;
  throw new CountersignError('NOT_FOUND', `There is no sales order ${order}.`);
}

/** Credit check: B not approved, C not approved though partly released. */
export const creditBlocks = ['B', 'C'] as const;

interface BlockFields {
  readonly DeliveryBlockReason: string;
  readonly HeaderBillingBlockReason: string;
  readonly TotalCreditCheckStatus: string;
}

function blocksOf({ DeliveryBlockReason, HeaderBillingBlockReason, TotalCreditCheckStatus }: BlockFields) {
  const blocksCredit = creditBlocks.some((code) => code === TotalCreditCheckStatus);
  return [
    ...(DeliveryBlockReason ? [{ kind: 'delivery' as const, code: DeliveryBlockReason }] : []),
    ...(HeaderBillingBlockReason ? [{ kind: 'billing' as const, code: HeaderBillingBlockReason }] : []),
    ...(blocksCredit ? [{ kind: 'credit' as const, code: TotalCreditCheckStatus }] : []),
  ];
}

const sumOf = (values: readonly string[]): Big => values.reduce((sum, value) => sum.plus(value), new Big(0));

/** What was delivered of a line. */
export const deliveredOf = ({ schedule }: SalesLine): Big => sumOf(schedule.map(({ delivered }) => delivered));

/** What was confirmed of a line. */
export const confirmedOf = ({ schedule }: SalesLine): Big => sumOf(schedule.map(({ confirmed }) => confirmed));

/** What is neither delivered nor rejected. */
export function openOfLine(salesLine: SalesLine): Big {
  const open = new Big(salesLine.ordered).minus(deliveredOf(salesLine));
  return salesLine.rejectedReason || open.lt(0) ? new Big(0) : open;
}
