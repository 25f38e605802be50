import type { Change } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';
import { createCalendar, createDraw } from './draw.ts';
import { seedGoodsAndInvoices } from './goods-and-invoices.ts';
import { offersOf, seedInfoRecords } from './info-records.ts';
import { seedProducts } from './products.ts';
import { ORDER_COUNT, ordersOf, seedOrders } from './purchase-orders.ts';
import { REQUISITIONS, RESERVATIONS, seedRequisitions, seedReservations } from './requirements.ts';
import { seedSales } from './sales.ts';
import { seedSourceList } from './source-list.ts';
import { seedStock } from './stock.ts';
import { seedSuppliers, suppliers } from './suppliers.ts';

/**
 * The trading company that a new simulator starts with. Dates are relative to the day on which the state was created.
 *
 * With any seed there are: company code and purchasing organisation 1010, purchasing groups 001-003, plants 1010, 1020
 * and 1030, cost centers 10101101-10101501; 200-odd items, among them RM-6204 (deep groove ball bearing, 140 on hand in
 * 1010), FG-1001 (conveyor roller), ST-8001 (steel, base KG, bought in TO), FA-1001 (screws, priced per 1000), OI-7001
 * (oil, in litres and batches); RM-6000 is flagged for deletion, RM-7210 blocked everywhere, SE-3014 blocked in 1010,
 * FG-2001 made in house; suppliers 17300001 (bearings, 45.00 EUR per 10 for RM-6204, 10 days) to 17300024, of which
 * 17300010 sells in JPY, 17300011 in KWD, 17300012 in USD, 17300019 is blocked for purchasing, 17300020 for posting,
 * 17300021 by the purchasing organisation, 17300022 for payment, 17300023 is flagged for deletion; purchase orders
 * 4500000001 (200 x RM-6204, 120 received, nothing invoiced) to 4500000300; requisitions 10000001 (60 x RM-6204, open)
 * to 10000040; reservations from 20001 (40 x RM-6204 in 1010, 15 withdrawn); customers 10100001 to 10100040 and sales
 * orders 1 (50 x FG-1001, delivery block) to 500; what was delivered and billed of them, deliveries from 80000001 and
 * invoices from 90000001: `sales.ts` says which of them examples speak of; 17300001 is approved for RM-6204 in 1010 since
 * 2021-04-01. Another seed draws other lines, quantities, prices and fates.
 */
export const seed = ({ now, seed: number }: { now: number; seed: number }): readonly Change[] => {
  const draw = createDraw(number);
  const calendar = createCalendar(now);
  const offers = offersOf(draw);
  const orders = ordersOf(offers, draw);
  return [
    put('number_range', { range: 'purchase_order', next: String(4500000001 + ORDER_COUNT) }),
    put('number_range', { range: 'purchase_requisition', next: String(10000001 + REQUISITIONS) }),
    put('number_range', { range: 'business_partner', next: '1000000001' }),
    put('number_range', { range: 'business_partner_address', next: '25001' }),
    put('number_range', { range: 'supplier', next: String(17300001 + suppliers.length) }),
    put('number_range', { range: 'reservation', next: String(20001 + RESERVATIONS) }),
    ...seedSuppliers(calendar),
    ...seedProducts(draw, calendar),
    ...seedInfoRecords(offers, calendar),
    ...seedOrders(orders, calendar),
    ...seedGoodsAndInvoices(orders, calendar),
    ...seedSourceList(calendar),
    ...seedStock(draw),
    ...seedReservations(draw, calendar),
    ...seedRequisitions(orders, draw, calendar),
    ...seedSales(draw, calendar),
  ];
};
