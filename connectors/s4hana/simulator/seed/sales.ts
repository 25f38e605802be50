import Big from 'big.js';
import type { Change } from '../../../../lib/simulation/state.ts';
import { preview, type View } from '../odata/view.ts';
import { people } from '../people.ts';
import { billingRecords } from '../rules/billing.ts';
import { deliveryRecords, newDelivery } from '../rules/outbound-delivery.ts';
import { put } from '../tables.ts';
import type { Calendar, Draw } from './draw.ts';
import { lineRecords, type SoldLine } from './sales-order-lines.ts';
import { type SalesOrder, salesOrdersOf, seedSalesOrders } from './sales-orders.ts';

const FIRST_DELIVERY = 80_000_001;
const FIRST_INVOICE = 90_000_001;
const FIRST_ACCOUNTING = 1_800_000_001;

/** Those that examples speak of come first, so that their numbers are the same with every seed. */
const knownFirst = (orders: readonly SalesOrder[]): SalesOrder[] => [...orders.slice(-6), ...orders.slice(0, -6)];

interface Shipment {
  readonly order: SalesOrder;
  readonly plant: string;
  readonly number: string;
  readonly lines: readonly SoldLine[];
}

/** One delivery for each plant that lines of an order have left from. */
const shipmentsOf = (orders: readonly SalesOrder[]): Shipment[] =>
  orders
    .flatMap((order) => {
      const delivered = order.lines.filter((line) => line.delivered > 0);
      return [...Map.groupBy(delivered, ({ plant }) => plant)].map(([plant, lines]) => ({ order, plant, lines }));
    })
    .map((shipment, n) => ({ ...shipment, number: String(FIRST_DELIVERY + n) }));

const shipmentRecords = ({ order, plant, number, lines }: Shipment, calendar: Calendar): Change[] => {
  const day = calendar.day(Math.max(...lines.map(({ confirmedOn }) => confirmedOn)));
  const isIssued = order.shipment === undefined;
  const header = {
    ...newDelivery,
    DeliveryDocument: number,
    ShippingPoint: plant,
    SoldToParty: order.customer,
    ShipToParty: order.customer,
    CreationDate: day,
    CreatedByUser: 'SHIPPING01',
    DeliveryDate: day,
    PlannedGoodsIssueDate: day,
    ActualGoodsMovementDate: isIssued ? day : null,
    OverallPickingStatus: order.shipment === 'open' ? 'A' : 'C',
    OverallGoodsMovementStatus: isIssued ? 'C' : 'A',
    OverallDelivReltdBillgStatus: lines.every(({ billed }) => billed) ? 'C' : 'A',
    OverallSDProcessStatus: isIssued ? 'C' : 'A',
  };
  const taken = lines.map((line) => {
    const [item] = lineRecords(order.id, line, calendar);
    return { line: { item: item?.row ?? {}, due: new Big(0) }, quantity: new Big(line.delivered) };
  });
  const batched = lines.filter(({ item }) => item.batches).map(({ item }) => item.id);
  return deliveryRecords(header, taken, (material) => batched.includes(material));
};

/** One invoice of everything that was billed of an order; most are paid. */
const invoiceRecords = (shipments: readonly Shipment[], n: number, calendar: Calendar): Change[] => {
  const [first] = shipments;
  if (!first) return [];
  const { order } = first;
  const billedOn = Math.max(...shipments.flatMap(({ lines }) => lines.map(({ confirmedOn }) => confirmedOn)), -90) + 1;
  const items = shipments.flatMap(({ number, lines }) =>
    lines.map((line, position) => ({
      line,
      reference: [number, String((position + 1) * 10).padStart(6, '0'), 'J'] as const,
    })),
  );
  return billingRecords({
    number: String(FIRST_INVOICE + n),
    accountingDocument: String(FIRST_ACCOUNTING + n),
    category: 'M',
    date: calendar.day(Math.min(billedOn, -1)),
    customer: order.customer,
    customerReference: order.reference,
    clearedOn: n % 4 === 3 ? undefined : calendar.day(-1),
    items: items
      .filter(({ line }) => line.billed)
      .map(({ line, reference }) => ({
        number: line.number,
        material: line.item.id,
        text: line.item.text,
        plant: line.plant,
        quantity: String(line.quantity),
        unit: line.item.unit,
        net: line.net,
        reference,
        sales: [order.id, line.number, 'C'],
      })),
  });
};

const nothing: View = { rows: () => [], row: () => undefined };

/**
 * Customers, their orders, deliveries, invoices and credits. With any seed there are: order 495 (100 x FG-1001, 20 x RM-6204)
 * delivered by 80000001 and invoiced by 90000001, paid; 496 due for delivery, from two plants; delivery 80000002 (order 497, one
 * line of oil in batches) not picked, 80000003 (498) picked; 80000004 (499), invoiced by 90000002, paid, 10.00 of it requested back by 60000001;
 * 80000005 (500), whose goods have left and are not billed.
 */
export const seedSales = (draw: Draw, calendar: Calendar): Change[] => {
  const orders = salesOrdersOf(draw);
  const shipments = shipmentsOf(knownFirst(orders));
  const billed = [...Map.groupBy(shipments, ({ order }) => order.id).values()].filter((of) =>
    of.some(({ lines }) => lines.some((line) => line.billed)),
  );
  const ranges = [
    put('number_range', { range: 'outbound_delivery', next: String(FIRST_DELIVERY + shipments.length) }),
    put('number_range', { range: 'billing_document', next: String(FIRST_INVOICE + billed.length) }),
    put('number_range', { range: 'accounting_document', next: String(FIRST_ACCOUNTING + billed.length) }),
    put('number_range', { range: 'goods_issue', next: '4900000001' }),
  ];
  const requests = put('number_range', { range: 'credit_memo_request', next: '60000001' });
  const invoices = billed.flatMap((of, n) => invoiceRecords(of, n, calendar));
  const credits = people['credit']?.(preview(nothing, [...ranges, requests, ...invoices]), calendar.now, {
    ...{ invoice: String(FIRST_INVOICE + 1), line: '10', amount: '10.00' },
  });
  return [
    ...seedSalesOrders(orders, calendar),
    ...shipments.flatMap((each) => shipmentRecords(each, calendar)),
    ...ranges,
    ...invoices,
    ...(credits ?? []),
  ];
};
