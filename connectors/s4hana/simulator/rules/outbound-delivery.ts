import Big from 'big.js';
import { type Change, type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { plants } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import { preview, type View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, refuseIf, required } from './given.ts';
import { dayOf, nextNumber } from './numbers.ts';
import { bookedOnOrder, dueOf, type OrderLine } from './sales-order-delivery.ts';

/** What one delivery takes of a line. */
interface Taken {
  readonly line: OrderLine;
  readonly quantity: Big;
}

const orderOf = (view: View, items: readonly Tree[]): Row => {
  const [number = '', other] = new Set(items.map(({ values }) => required(values, 'ReferenceSDDocument')));
  refuseIf(other !== undefined, 'VL/033', 'This simulator delivers one sales order at a time.', 'ReferenceSDDocument');
  const order = view.row('sales_order', number);
  if (!order) throw businessError('VL/012', `Sales order ${number} does not exist.`, 'ReferenceSDDocument');
  refuseIf(
    given(order, 'DeliveryBlockReason') !== '',
    'VL/021',
    `Sales order ${number} is blocked for delivery (${given(order, 'DeliveryBlockReason')}).`,
  );
  refuseIf(
    ['B', 'C'].includes(given(order, 'TotalCreditCheckStatus')),
    'VL/045',
    `Sales order ${number} is blocked: the credit check has not released it.`,
  );
  return order;
};

/** What is to be delivered: the lines and quantities that are named, else all that is due; never more than what is due. */
const wanted = (view: View, order: Row, items: readonly Tree[], today: string): Taken[] => {
  const due = dueOf(view, given(order, 'SalesOrder'), today);
  return items.flatMap(({ values }): Taken[] => {
    const number = given(values, 'ReferenceSDDocumentItem');
    if (number === '') return due.map((line) => ({ line, quantity: line.due }));
    const line = due.find(({ item }) => item['SalesOrderItem'] === number);
    if (!line) return [];
    const asked = new Big(given(values, 'ActualDeliveryQuantity') || line.due);
    refuseIf(
      asked.gt(line.due),
      'VL/367',
      `Only ${line.due.toFixed()} of item ${Number(number)} are open for delivery.`,
      'ActualDeliveryQuantity',
    );
    return [{ line, quantity: asked }];
  });
};

/** Unrestricted stock of a material in a plant that is nobody's in particular. */
const unrestricted = (view: View, material: string, plant: string): Big =>
  view
    .rows('stock')
    .filter((row) => row['Material'] === material && row['Plant'] === plant && row['InventoryStockType'] === '01')
    .filter((row) => row['InventorySpecialStockType'] === '')
    .reduce((sum, row) => sum.plus(given(row, 'MatlWrhsStkQtyInMatlBaseUnit')), new Big(0));

/** What the stock allows of it; a system reduces a delivery to what there is. */
const available = (view: View, taken: readonly Taken[]): Taken[] =>
  taken
    .map(({ line, quantity }) => {
      const stock = unrestricted(view, given(line.item, 'Material'), given(line.item, 'ProductionPlant'));
      return { line, quantity: quantity.gt(stock) ? stock : quantity };
    })
    .filter(({ quantity }) => quantity.gt(0));

const checked = (order: Row, asked: readonly Taken[], reduced: readonly Taken[]): void => {
  refuseIf(asked.length === 0, 'VL/461', 'No schedule lines are due for delivery up to the selected date.');
  refuseIf(reduced.length === 0, 'VL/363', 'No quantity of the items is available in stock for the delivery.');
  const isShort = asked.some(
    ({ line, quantity }) => !reduced.some((each) => each.line === line && each.quantity.eq(quantity)),
  );
  refuseIf(
    isShort && order['CompleteDeliveryIsDefined'] === true,
    'VL/230',
    `Sales order ${order['SalesOrder']} has to be delivered completely.`,
  );
};

/** What every delivery begins with. */
export const newDelivery: Row = {
  DeliveryDocumentType: 'LF',
  DeliveryVersion: '0001',
  SalesOrganization: '1010',
  OverallPickingStatus: 'A',
  OverallPackingStatus: 'A',
  OverallGoodsMovementStatus: 'A',
  OverallDelivReltdBillgStatus: 'A',
  OverallSDProcessStatus: 'A',
};

/** The records of one delivery; `isBatched`: whether stock of a material is kept in batches. */
export const deliveryRecords = (
  header: Row,
  taken: readonly Taken[],
  isBatched: (material: string) => boolean,
): Change[] => [
  put('outbound_delivery', header),
  ...taken.map(({ line: { item }, quantity }, n) =>
    put('outbound_delivery_item', {
      DeliveryDocument: given(header, 'DeliveryDocument'),
      DeliveryDocumentItem: String((n + 1) * 10).padStart(6, '0'),
      DeliveryDocumentItemText: given(item, 'SalesOrderItemText'),
      Material: given(item, 'Material'),
      MaterialIsBatchManaged: isBatched(given(item, 'Material')),
      Plant: given(item, 'ProductionPlant'),
      ActualDeliveryQuantity: quantity.toFixed(),
      OriginalDeliveryQuantity: quantity.toFixed(),
      DeliveryQuantityUnit: given(item, 'RequestedQuantityUnit'),
      ReferenceSDDocument: given(item, 'SalesOrder'),
      ReferenceSDDocumentItem: given(item, 'SalesOrderItem'),
      ReferenceSDDocumentCategory: 'C',
      PickingStatus: given(header, 'OverallPickingStatus'),
      GoodsMovementStatus: given(header, 'OverallGoodsMovementStatus'),
      DeliveryRelatedBillingStatus: given(header, 'OverallDelivReltdBillgStatus'),
      StorageLocation: plants.find(({ plant }) => plant === item['ProductionPlant'])?.storageLocations[0] ?? '',
    }),
  ),
];

/** Creates deliveries of what is due of a sales order: one for each shipping point that its lines leave from, each with the custom fields of the request. */
export const createOutboundDelivery = (circumstances: Circumstances, { values, children }: Tree): Outcome => {
  const { now, user } = circumstances;
  let { view } = circumstances;
  const items = children['outbound_delivery_item'] ?? [];
  refuseIf(items.length === 0, 'VL/002', 'The delivery has no items.', 'to_DeliveryDocumentItem');
  const order = orderOf(view, items);
  const point = given(values, 'ShippingPoint');
  const asked = wanted(view, order, items, dayOf(now)).filter(
    ({ line }) => point === '' || line.item['ShippingPoint'] === point,
  );
  const taken = available(view, asked);
  checked(order, asked, taken);
  const changes: Change[] = [];
  const numbers: Change[] = [];
  const headers: Row[] = [];
  for (const [shippingPoint, parts] of Map.groupBy(taken, ({ line }) => given(line.item, 'ShippingPoint'))) {
    const { number, change } = nextNumber(preview(view, numbers), 'outbound_delivery');
    const header: Row = {
      ...newDelivery,
      ...values,
      DeliveryDocument: number,
      ShippingPoint: shippingPoint,
      SoldToParty: given(order, 'SoldToParty'),
      ShipToParty: given(order, 'SoldToParty'),
      CreationDate: dayOf(now),
      CreatedByUser: user,
      DeliveryDate: dayOf(now),
      PlannedGoodsIssueDate: dayOf(now),
    };
    numbers.push(change);
    headers.push(header);
    const isBatched = (material: string) =>
      circumstances.view.row('product', material)?.['IsBatchManagementRequired'] === true;
    changes.push(...deliveryRecords(header, parts, isBatched));
    changes.push(
      ...parts.flatMap(({ line, quantity }) => bookedOnOrder(preview(view, changes), line.item, quantity, now)),
    );
    view = preview(circumstances.view, changes);
  }
  const [first = {}] = headers;
  return { numbers: numbers.slice(-1), changes, row: first, reference: given(first, 'YY1_Countersign_DLH') || null };
};

/** All items of a delivery. */
export const deliveryItems = (view: View, delivery: string): readonly Row[] =>
  view.rows('outbound_delivery_item').filter((row) => row['DeliveryDocument'] === delivery);

/** Deletes a delivery that nobody has started on: it is gone, and its quantities are open again. */
export const deleteOutboundDelivery = ({ view, now }: Circumstances, header: Row): Outcome => {
  const delivery = given(header, 'DeliveryDocument');
  const isStarted = (field: string) => !['', 'A'].includes(given(header, field));
  refuseIf(
    ['OverallPickingStatus', 'OverallPackingStatus', 'OverallGoodsMovementStatus'].some(isStarted) ||
      given(header, 'Warehouse') !== '',
    'VL/602',
    `Delivery ${delivery} has been picked or packed and cannot be deleted.`,
  );
  const changes: Change[] = [{ table: 'outbound_delivery', key: recordKey(delivery), row: null }];
  for (const item of deliveryItems(view, delivery)) {
    const key = recordKey(delivery, given(item, 'DeliveryDocumentItem'));
    changes.push({ table: 'outbound_delivery_item', key, row: null });
    const order = recordKey(given(item, 'ReferenceSDDocument'), given(item, 'ReferenceSDDocumentItem'));
    const line = view.row('sales_order_item', order);
    const back = new Big(given(item, 'ActualDeliveryQuantity')).times(-1);
    if (line) changes.push(...bookedOnOrder(preview(view, changes), line, back, now));
  }
  return { changes, row: header, reference: given(header, 'YY1_Countersign_DLH') || null };
};
