import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';
import type { Calendar, Draw } from './draw.ts';
import { items } from './products.ts';
import { drawLine, lineRecords, lineStatus, overall, type SoldLine } from './sales-order-lines.ts';

/** Number of seeded sales orders, from 1 on, and of customers, from 10100001 on. */
const SALES_ORDER_COUNT = 500;
const CUSTOMER_COUNT = 40;

/** What is wrong with an order; several can be. */
interface Trouble {
  readonly deliveryBlock: boolean;
  readonly billingBlock: boolean;
  readonly creditBlock: boolean;
}

const customerId = (index: number) => String(10100001 + index);

const customerNames = ['Aldern', 'Bravik', 'Corvale', 'Dunmere', 'Estrella', 'Fjordby', 'Gravenau', 'Helmond'];
const trades = ['Logistics', 'Machinery', 'Food Plants', 'Warehousing', 'Paper'];

const customerName = (index: number) => `${customerNames[index % 8]} ${trades[Math.floor(index / 8)]}`;

const customers = (calendar: Calendar): Change[] =>
  Array.from({ length: CUSTOMER_COUNT }, (_, index) =>
    put('business_partner', {
      BusinessPartner: customerId(index),
      Customer: customerId(index),
      BusinessPartnerCategory: '2',
      BusinessPartnerGrouping: 'BP01',
      BusinessPartnerName: customerName(index),
      BusinessPartnerFullName: customerName(index),
      OrganizationBPName1: customerName(index),
      SearchTerm1: customerName(index).split(' ')[0]?.toUpperCase() ?? '',
      CreationDate: calendar.day(-900 + index),
      CreatedByUser: 'MDMASTER',
    }),
  );

const untroubled: Trouble = { deliveryBlock: false, billingBlock: false, creditBlock: false };

/** A sales order as it is seeded; days count from the first day. */
export interface SalesOrder {
  readonly id: string;
  readonly customer: string;
  readonly reference: string;
  readonly orderedOn: number;
  readonly trouble: Trouble;
  readonly lines: readonly SoldLine[];
  /** How far its delivery is; the goods have left unless told. */
  readonly shipment?: 'open' | 'picked';
}

const totalOf = (lines: readonly SoldLine[]): string =>
  lines
    .filter(({ rejected }) => !rejected)
    .reduce((sum, { net }) => sum.plus(net), new Big(0))
    .toFixed(2);

const statusFields = ({ trouble, lines }: SalesOrder): Row => {
  const delivery = overall(lines.map(lineStatus));
  const rejected = lines.filter((each) => each.rejected).length;
  return {
    DeliveryBlockReason: trouble.deliveryBlock ? '01' : '',
    HeaderBillingBlockReason: trouble.billingBlock ? '02' : '',
    TotalCreditCheckStatus: trouble.creditBlock ? 'B' : 'A',
    TotalBlockStatus: trouble.deliveryBlock || trouble.billingBlock ? 'A' : '',
    OverallDeliveryStatus: delivery,
    OverallTotalDeliveryStatus: delivery,
    OverallSDProcessStatus: delivery,
    OverallOrdReltdBillgStatus: overall(lines.map(({ billed }) => (billed ? 'C' : 'A'))),
    OverallSDDocumentRejectionSts: rejected === 0 ? 'A' : rejected === lines.length ? 'C' : 'B',
  };
};

const headerRow = (order: SalesOrder, calendar: Calendar): Row => {
  const day = calendar.day(order.orderedOn);
  return {
    SalesOrder: order.id,
    SalesOrderType: 'OR',
    SalesOrganization: '1010',
    DistributionChannel: '10',
    OrganizationDivision: '00',
    SoldToParty: order.customer,
    PurchaseOrderByCustomer: order.reference,
    CreationDate: day,
    CreatedByUser: 'SALES01',
    LastChangeDate: day,
    LastChangeDateTime: calendar.instant(order.orderedOn),
    SalesOrderDate: day,
    PricingDate: day,
    RequestedDeliveryDate: calendar.day(Math.max(...order.lines.map(({ requestedOn }) => requestedOn))),
    TransactionCurrency: 'EUR',
    TotalNetAmount: totalOf(order.lines),
    CustomerPaymentTerms: 'NT30',
    ...statusFields(order),
  };
};

/** The order that examples speak of: 50 conveyor rollers, confirmed, with a delivery block. */
const firstOrder = (): SalesOrder => {
  const item = itemNamed('FG-1001');
  const quantity = 50;
  const sold = {
    number: '000010',
    item,
    plant: '1010',
    quantity,
    confirmed: quantity,
    delivered: 0,
    rejected: false,
    billed: false,
    net: '1250.00',
    requestedOn: 5,
    confirmedOn: 5,
  };
  return {
    id: '1',
    customer: customerId(0),
    reference: 'PO 7781',
    orderedOn: -13,
    trouble: { ...untroubled, deliveryBlock: true },
    lines: [sold],
  };
};

const nextOrder = (index: number, draw: Draw): SalesOrder => {
  const orderedOn = -90 + Math.floor((index * 90) / SALES_ORDER_COUNT);
  const requestedOn = orderedOn + draw.between(5, 40);
  const lines = Array.from({ length: draw.between(1, 4) }, (_, position) =>
    drawLine(position, requestedOn + draw.between(0, 2), draw),
  );
  const open = lines.some((each) => lineStatus(each) !== 'C');
  return {
    id: String(index + 1),
    customer: customerId(draw.between(0, CUSTOMER_COUNT - 1)),
    reference: `PO ${7781 + index}`,
    orderedOn,
    trouble: {
      deliveryBlock: open && draw.chance(0.1),
      billingBlock: draw.chance(0.04),
      creditBlock: open && draw.chance(0.08),
    },
    lines,
  };
};

const itemNamed = (id: string) => {
  const item = items.find((each) => each.id === id);
  if (!item) throw new Error(`${id} is not seeded.`);
  return item;
};

type Sold = readonly [item: string, plant: string, quantity: number, unitPrice: string];

/** An order about which examples speak of deliveries and invoices: confirmed, untroubled, in this state. */
const knownOrder = (
  id: number,
  sold: readonly Sold[],
  state: 'due' | 'open' | 'picked' | 'issued' | 'billed',
): SalesOrder => {
  const isOpen = state === 'due';
  const lines = sold.map(
    ([item, plant, quantity, unitPrice], n): SoldLine => ({
      number: String((n + 1) * 10).padStart(6, '0'),
      ...{ item: itemNamed(item), plant, quantity, confirmed: quantity, delivered: isOpen ? 0 : quantity },
      ...{ rejected: false, billed: state === 'billed', net: new Big(unitPrice).times(quantity).toFixed(2) },
      ...{ requestedOn: isOpen ? 0 : -20, confirmedOn: isOpen ? 0 : -20 },
    }),
  );
  const order = { id: String(id), customer: customerId(1), reference: `PO ${7780 + id}`, orderedOn: -30 };
  const shipment = state === 'open' || state === 'picked' ? { shipment: state } : {};
  return { ...order, trouble: untroubled, lines, ...shipment };
};

/** The last orders, the same with every seed. */
const knownOrders = (): SalesOrder[] => {
  const bearing: Sold = ['RM-6204', '1010', 20, '6.30'];
  return [
    knownOrder(495, [['FG-1001', '1010', 100, '25.00'], bearing], 'billed'),
    knownOrder(496, [bearing, ['RM-6204', '1020', 10, '6.30']], 'due'),
    knownOrder(497, [bearing, ['OI-7001', '1010', 2, '4.20']], 'open'),
    knownOrder(498, [bearing], 'picked'),
    knownOrder(499, [bearing], 'billed'),
    knownOrder(500, [bearing], 'issued'),
  ];
};

/** Every sales order. */
export const salesOrdersOf = (draw: Draw): SalesOrder[] => {
  const drawn = Array.from({ length: SALES_ORDER_COUNT - 1 }, (_, index) => nextOrder(index + 1, draw));
  const known = knownOrders();
  return [firstOrder(), ...drawn.slice(0, -known.length), ...known];
};

/** Customers and their orders: late, blocked, partly delivered, unconfirmed and rejected ones among them. */
export const seedSalesOrders = (orders: readonly SalesOrder[], calendar: Calendar): Change[] => {
  return [
    ...customers(calendar),
    ...orders.flatMap((order) => [
      put('sales_order', headerRow(order, calendar)),
      ...order.lines.flatMap((each) => lineRecords(order.id, each, calendar)),
    ]),
  ];
};
