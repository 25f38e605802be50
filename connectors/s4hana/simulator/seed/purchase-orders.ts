import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { digitsOfCurrency } from '../odata/money.ts';
import { releaseFields } from '../rules/release.ts';
import { put } from '../tables.ts';
import { type Calendar, type Draw, some } from './draw.ts';
import type { Offer } from './info-records.ts';
import type { Supplier } from './suppliers.ts';

/** One ordered line and how far it has come, in order units. */
export interface OrderedLine {
  readonly order: string;
  readonly line: string;
  readonly offer: Offer;
  readonly plant: string;
  readonly quantity: number;
  readonly price: string;
  /** Days from the first day on which it was due, received and invoiced. */
  readonly due: number;
  readonly received: number;
  readonly receivedOn: number;
  readonly invoiced: number;
  readonly deleted: boolean;
}

/** An order with its lines; `orderedOn` in days from the first day. */
export interface Order {
  readonly id: string;
  readonly supplier: Supplier;
  readonly orderedOn: number;
  readonly lines: readonly OrderedLine[];
  readonly held: boolean;
  readonly deleted: boolean;
}

/** Number of seeded orders, from 4500000001 on. */
export const ORDER_COUNT = 300;

/** Days before the first day on which the oldest order was placed. */
const OLDEST = 120;

const orderId = (index: number) => String(4500000001 + index);

const quantityOf = ({ per, orderUnit }: Offer, draw: Draw): number => {
  if (orderUnit === 'TO' || orderUnit === 'KM') return draw.between(1, 6);
  return per >= 100 ? per * draw.between(1, 8) : draw.between(1, 20) * Math.max(per, 5);
};

const drifted = (offer: Offer, draw: Draw): string => {
  const digits = digitsOfCurrency(offer.supplier.currency);
  return new Big(offer.amount).times(draw.between(94, 101)).div(100).round(digits).toFixed(digits);
};

interface Fate {
  readonly received: number;
  readonly invoiced: number;
  readonly deleted: boolean;
}

/** What became of a line: the longer it is due, the more of it has come. */
const fateOf = (quantity: number, due: number, draw: Draw): Fate => {
  if (draw.chance(0.04)) return { received: 0, invoiced: 0, deleted: true };
  if (due > 0 || draw.chance(0.12)) return { received: 0, invoiced: 0, deleted: false };
  if (draw.chance(0.15)) return { received: Math.max(1, Math.floor(quantity * 0.6)), invoiced: 0, deleted: false };
  return { received: quantity, invoiced: draw.chance(0.7) ? quantity : 0, deleted: false };
};

const line = (order: string, orderedOn: number, index: number, offer: Offer, draw: Draw): OrderedLine => {
  const quantity = quantityOf(offer, draw);
  const due = orderedOn + offer.leadTime + draw.between(0, 5);
  return {
    order,
    line: String((index + 1) * 10).padStart(5, '0'),
    offer,
    plant: draw.pick(some(offer.item.plants)),
    quantity,
    price: drifted(offer, draw),
    due,
    receivedOn: Math.min(0, due + draw.between(-2, 6)),
    ...fateOf(quantity, due, draw),
  };
};

/** The order that examples speak of: 200 bearings, 120 received two days late. */
const firstOrder = (offers: readonly Offer[]): Order => {
  const offer = offers.find(({ item, supplier }) => item.id === 'RM-6204' && supplier.id === '17300001');
  if (!offer) throw new Error('RM-6204 is not offered by 17300001.');
  const due = -OLDEST + 27;
  const known = { order: orderId(0), line: '00010', offer, plant: '1010', quantity: 200, price: '45.00' };
  return {
    id: orderId(0),
    supplier: offer.supplier,
    orderedOn: -OLDEST,
    lines: [{ ...known, due, received: 120, receivedOn: due + 2, invoiced: 0, deleted: false }],
    held: false,
    deleted: false,
  };
};

/** Which offers an order takes: one supplier's; every thirtieth order is for the bearing, so that it has a history. */
const takenOffers = (index: number, bySupplier: ReturnType<typeof groupBySupplier>, draw: Draw): Offer[] => {
  const [, sold] = draw.pick(bySupplier);
  const drawn = Array.from({ length: draw.between(1, 4) }, () => draw.pick(some(sold)));
  const bearings = bySupplier.flatMap(([, offers]) => offers.filter(({ item }) => item.id === 'RM-6204'));
  return index % 30 === 12 ? [draw.pick(some(bearings))] : [...new Set(drawn)];
};

const groupBySupplier = (offers: readonly Offer[]) =>
  some([
    ...Map.groupBy(
      offers.filter(({ supplier }) => supplier.block !== 'deleted'),
      ({ supplier }) => supplier,
    ),
  ]);

const nextOrder = (index: number, offers: readonly [Offer, ...Offer[]], draw: Draw): Order => {
  const orderedOn = -OLDEST + Math.floor(((index + 1) * (OLDEST - 1)) / ORDER_COUNT);
  const lines = offers.map((offer, position) => line(orderId(index), orderedOn, position, offer, draw));
  const untouched = lines.every(({ received }) => received === 0);
  const deleted = untouched && draw.chance(0.1);
  return {
    id: orderId(index),
    supplier: offers[0].supplier,
    orderedOn,
    lines: deleted ? lines.map((each) => ({ ...each, deleted })) : lines,
    held: untouched && !deleted && draw.chance(0.1),
    deleted,
  };
};

/** All orders, oldest first. */
export const ordersOf = (offers: readonly Offer[], draw: Draw): Order[] => {
  const bySupplier = groupBySupplier(offers);
  const drawn = Array.from({ length: ORDER_COUNT - 1 }, (_, index) =>
    nextOrder(index + 1, some(takenOffers(index + 1, bySupplier, draw)), draw),
  );
  return [firstOrder(offers), ...drawn];
};

const itemRow = ({
  order,
  line: number,
  offer,
  plant,
  quantity,
  price,
  received,
  invoiced,
  deleted,
}: OrderedLine): Row => ({
  PurchaseOrder: order,
  PurchaseOrderItem: number,
  PurchasingDocumentDeletionCode: deleted ? 'L' : '',
  PurchaseOrderItemText: offer.item.text,
  Plant: plant,
  Material: offer.item.id,
  MaterialGroup: offer.item.group,
  CompanyCode: '1010',
  OrderQuantity: String(quantity),
  PurchaseOrderQuantityUnit: offer.orderUnit,
  BaseUnit: offer.item.unit,
  OrderItemQtyToBaseQtyNmrtr: String(offer.item.orderUnit?.holds ?? 1),
  OrderItemQtyToBaseQtyDnmntr: '1',
  OrderPriceUnit: offer.orderUnit,
  OrderPriceUnitToOrderUnitNmrtr: '1',
  OrdPriceUnitToOrderUnitDnmntr: '1',
  DocumentCurrency: offer.supplier.currency,
  NetPriceAmount: price,
  NetPriceQuantity: String(offer.per),
  TaxCode: offer.taxCode,
  IsCompletelyDelivered: received >= quantity,
  IsFinallyInvoiced: invoiced >= quantity && invoiced > 0,
  GoodsReceiptIsExpected: true,
  InvoiceIsExpected: true,
  InvoiceIsGoodsReceiptBased: true,
  OverdelivTolrtdLmtRatioInPct: offer.per >= 100 ? '5.0' : '0',
  PurchaseOrderCategory: 'F',
});

const scheduleRow = (
  { order, line: number, offer, quantity, received, due, deleted }: OrderedLine,
  calendar: Calendar,
): Row => ({
  PurchaseOrder: order,
  PurchaseOrderItem: number,
  ScheduleLine: '0001',
  DelivDateCategory: '1',
  ScheduleLineDeliveryDate: calendar.day(due),
  SchedLineStscDeliveryDate: calendar.day(due),
  ScheduleLineOrderQuantity: String(quantity),
  OpenPurchaseOrderQuantity: String(deleted ? 0 : quantity - received),
  PurchaseOrderQuantityUnit: offer.orderUnit,
});

const headerRow = ({ id, supplier, orderedOn, held, deleted, lines }: Order, calendar: Calendar): Row => {
  const release = releaseFields(lines.map(itemRow));
  // What has been received had to be released before.
  const released = lines.some(({ received }) => received > 0) || orderedOn < -10;
  return {
    PurchaseOrder: id,
    CompanyCode: '1010',
    PurchaseOrderType: 'NB',
    PurchasingOrganization: '1010',
    PurchasingGroup: ['001', '002', '003'][Number(id) % 3] ?? '001',
    Supplier: supplier.id,
    InvoicingParty: supplier.id,
    DocumentCurrency: supplier.currency,
    PaymentTerms: supplier.terms,
    Language: 'EN',
    PurchaseOrderDate: calendar.day(orderedOn),
    CreationDate: calendar.day(orderedOn),
    CreatedByUser: ['BUYER01', 'BUYER02', 'BUYER03'][Number(id) % 3] ?? 'BUYER01',
    LastChangeDateTime: calendar.instant(orderedOn),
    PurchasingDocumentOrigin: '9',
    PurchasingDocumentDeletionCode: deleted ? 'L' : '',
    PurchasingCompletenessStatus: held,
    ...(Number(id) % 7 === 0 && { CorrespncExternalReference: `AB-${Number(id) % 100000}` }),
    ...release,
    ...(release['ReleaseIsNotCompleted'] === true &&
      released && { ReleaseIsNotCompleted: false, PurchasingProcessingStatus: '05', PurgReleaseSequenceStatus: 'X' }),
  };
};

/** Records of all orders. */
export const seedOrders = (orders: readonly Order[], calendar: Calendar): Change[] =>
  orders.flatMap((order) => [
    put('purchase_order', headerRow(order, calendar)),
    ...order.lines.flatMap((each) => [
      put('purchase_order_item', itemRow(each)),
      put('purchase_order_schedule_line', scheduleRow(each, calendar)),
    ]),
  ]);
