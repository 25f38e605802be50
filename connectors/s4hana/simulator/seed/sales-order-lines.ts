import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';
import { type Calendar, type Draw, some } from './draw.ts';
import type { Item } from './product-families.ts';
import { items } from './products.ts';

/** One sold line and how far it has come, in its unit; days count from the first day. */
export interface SoldLine {
  readonly number: string;
  readonly item: Item;
  readonly plant: string;
  readonly quantity: number;
  readonly confirmed: number;
  readonly delivered: number;
  readonly rejected: boolean;
  readonly billed: boolean;
  readonly net: string;
  readonly requestedOn: number;
  readonly confirmedOn: number;
}

const iso: Readonly<Record<string, string>> = { PC: 'PCE', KG: 'KGM', L: 'LTR', M: 'MTR' };

const price = (item: Item): Big => new Big(item.cost).times('1.4').div(10_000);

const soldItems = some(
  items.filter(({ unit, blocked }) => unit === 'PC' && (blocked === undefined || blocked === 'made in house')),
);

/** Draws a line that was wanted on a day: what is past is mostly delivered, some of it late, unconfirmed or rejected. */
export const drawLine = (index: number, requestedOn: number, draw: Draw): SoldLine => {
  const item = draw.pick(soldItems);
  const quantity =
    item.cost > 1_000_000 ? draw.between(1, 4) : draw.between(1, 30) * (item.priceQuantity >= 100 ? 20 : 2);
  const past = requestedOn < 0;
  const unconfirmed = draw.chance(past ? 0.01 : 0.08);
  const confirmed = unconfirmed ? 0 : draw.chance(0.03) ? Math.floor(quantity / 2) : quantity;
  const share = past ? (draw.chance(0.92) ? 1 : draw.pick([0.5, 0])) : 0;
  const rejected = share === 0 && draw.chance(0.08);
  const delivered = Math.floor(confirmed * share);
  return {
    number: String((index + 1) * 10).padStart(6, '0'),
    item,
    plant: draw.pick(some(item.plants)),
    quantity,
    confirmed: rejected ? 0 : confirmed,
    delivered,
    rejected,
    billed: delivered === quantity && draw.chance(0.85),
    net: price(item).times(quantity).toFixed(2),
    requestedOn,
    confirmedOn: requestedOn + draw.pick([0, 0, 0, 2, 5]),
  };
};

const statusOf = (done: boolean, begun: boolean): string => (done ? 'C' : begun ? 'B' : 'A');

/** How far a line has been delivered: A not, B partly, C in full or rejected. */
export const lineStatus = ({ quantity, delivered, rejected }: SoldLine): string =>
  statusOf(rejected || delivered === quantity, delivered > 0);

/** The status of a whole from those of its parts. */
export const overall = (statuses: readonly string[]): string =>
  statusOf(
    statuses.every((status) => status === 'C'),
    statuses.some((status) => status !== 'A'),
  );

const unitsOf = ({ unit }: Item) => ({
  OrderQuantityUnit: unit,
  OrderQuantitySAPUnit: unit === 'PC' ? 'ST' : unit,
  OrderQuantityISOUnit: iso[unit] ?? unit,
});

const itemRow = (each: SoldLine): Row => {
  const units = unitsOf(each.item);
  return {
    SalesOrderItemCategory: 'TAN',
    SalesOrderItemText: each.item.text,
    Material: each.item.id,
    MaterialGroup: each.item.group,
    RequestedQuantity: String(each.quantity),
    RequestedQuantityUnit: units.OrderQuantityUnit,
    RequestedQuantitySAPUnit: units.OrderQuantitySAPUnit,
    RequestedQuantityISOUnit: units.OrderQuantityISOUnit,
    ...units,
    ConfdDelivQtyInOrderQtyUnit: String(each.confirmed),
    TransactionCurrency: 'EUR',
    NetAmount: each.net,
    TaxAmount: new Big(each.net).times('0.19').round(2).toFixed(2),
    ProductionPlant: each.plant,
    ShippingPoint: each.plant,
    SalesDocumentRjcnReason: each.rejected ? '02' : '',
    SDProcessStatus: lineStatus(each),
    DeliveryStatus: lineStatus(each),
    OrderRelatedBillingStatus: each.billed ? 'C' : 'A',
  };
};

const scheduleRow = (each: SoldLine, calendar: Calendar): Row => ({
  ScheduleLine: '0001',
  ...unitsOf(each.item),
  RequestedDeliveryDate: calendar.day(each.requestedOn),
  ScheduleLineOrderQuantity: String(each.quantity),
  ConfdOrderQtyByMatlAvailCheck: String(each.confirmed),
  ConfirmedDeliveryDate: each.confirmed > 0 ? calendar.day(each.confirmedOn) : null,
  DeliveredQtyInOrderQtyUnit: String(each.delivered),
  OpenConfdDelivQtyInOrdQtyUnit: String(each.confirmed - each.delivered),
});

/** Item and schedule line of a sold line. */
export const lineRecords = (order: string, each: SoldLine, calendar: Calendar): Change[] => {
  const keys = { SalesOrder: order, SalesOrderItem: each.number };
  return [
    put('sales_order_item', { ...keys, ...itemRow(each) }),
    put('sales_order_schedule_line', { ...keys, ...scheduleRow(each, calendar) }),
  ];
};
