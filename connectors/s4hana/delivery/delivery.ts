import * as z from 'zod';
import type { DocumentStatus } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Entity, ReadContext } from '../../../lib/protocols/odata.ts';
import { date, decimalOrZero, string } from '../../../lib/protocols/odata-fields.ts';
import { eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from '../purchase-order/order.ts';

const line = z
  .object({
    DeliveryDocumentItem: lineId,
    DeliveryDocumentItemText: string,
    Material: string,
    Plant: string,
    Batch: string,
    ActualDeliveryQuantity: decimalOrZero,
    DeliveryQuantityUnit: string,
    ReferenceSDDocument: string,
    ReferenceSDDocumentItem: lineId,
  })
  .transform((row) => ({
    line: row.DeliveryDocumentItem,
    text: row.DeliveryDocumentItemText,
    item: row.Material,
    site: row.Plant,
    batch: row.Batch,
    quantity: row.ActualDeliveryQuantity,
    unit: row.DeliveryQuantityUnit,
    order: row.ReferenceSDDocument,
    orderLine: row.ReferenceSDDocumentItem,
  }));

const schema = z
  .object({
    DeliveryDocument: z.string().min(1),
    SoldToParty: string,
    ShippingPoint: string,
    Warehouse: string,
    PlannedGoodsIssueDate: date,
    ActualGoodsMovementDate: date,
    OverallPickingStatus: string,
    OverallPackingStatus: string,
    OverallGoodsMovementStatus: string,
    OverallDelivReltdBillgStatus: string,
    to_DeliveryDocumentItem: z.array(line),
  })
  .transform((row) => ({
    id: row.DeliveryDocument,
    customer: row.SoldToParty,
    shippingPoint: row.ShippingPoint,
    isWarehouseManaged: row.Warehouse !== '',
    plannedOn: row.PlannedGoodsIssueDate,
    issuedOn: row.ActualGoodsMovementDate,
    /** SAP's statuses: A not yet, B partly, C completely, empty not relevant. */
    picking: row.OverallPickingStatus,
    packing: row.OverallPackingStatus,
    goodsIssue: row.OverallGoodsMovementStatus,
    billing: row.OverallDelivReltdBillgStatus,
    lines: row.to_DeliveryDocumentItem,
  }));

/** An outbound delivery with its lines. */
export type Delivery = z.output<typeof schema>;

const expand = 'to_DeliveryDocumentItem';
const set = 'A_OutbDeliveryHeader';

/** A delivery with its ETag; undefined when there is none. */
export const findDelivery = (
  client: S4hanaClient,
  delivery: string,
  call: ReadContext,
): Promise<Entity<Delivery> | undefined> =>
  client.service('outboundDelivery').find(set, { DeliveryDocument: delivery }, { expand }, schema, call);

/** A delivery with its ETag. Throws `NOT_FOUND`. */
export async function existingDelivery(
  client: S4hanaClient,
  delivery: string,
  call: ReadContext,
): Promise<Entity<Delivery>> {
  const found = await findDelivery(client, delivery, call);
  if (found) return found;
  throw new CountersignError('NOT_FOUND', `There is no delivery ${delivery}.`);
}

/** Deliveries that carry a reference, by their numbers. */
export const deliveriesOf = (client: S4hanaClient, reference: string, call: ReadContext): Promise<Delivery[]> => {
  const filter = eq(client.settings.deliveryReferenceField, reference);
  return client.service('outboundDelivery').rows(set, { filter, expand, orderBy: 'DeliveryDocument' }, schema, call);
};

/** Whether the warehouse has begun with it. */
export const isStarted = ({ picking, packing, goodsIssue, isWarehouseManaged }: Delivery): boolean =>
  isWarehouseManaged || [picking, packing, goodsIssue].some((status) => status === 'B' || status === 'C');

/** Its state in words common to all systems. */
export function deliveryStatus({ goodsIssue, billing }: Pick<Delivery, 'goodsIssue' | 'billing'>): DocumentStatus {
  if (goodsIssue === 'C') return billing === 'C' ? 'closed' : 'fulfilled';
  return goodsIssue === 'B' ? 'partly_fulfilled' : 'released';
}
