import Big from 'big.js';
import type { People } from '../../../lib/simulation/control.ts';
import { type Change, type Row, recordKey } from '../../../lib/simulation/state.ts';
import type { View } from './odata/view.ts';
import type { Outcome } from './odata/write.ts';
import { type BilledItem, billingRecords, cleared } from './rules/billing.ts';
import { createCreditMemoRequest, requestItems, withStatuses } from './rules/credit-memo-request.ts';
import { given } from './rules/given.ts';
import { nextVersion, postGoodsIssue } from './rules/goods-issue.ts';
import { dayOf, nextNumber } from './rules/numbers.ts';
import { deliveryItems } from './rules/outbound-delivery.ts';
import { put } from './tables.ts';

const found = (view: View, table: string, key: string): Row => {
  const row = view.row(table, key);
  if (!row) throw new Error(`There is no ${table} ${key}.`);
  return row;
};

const all = ({ numbers = [], changes }: Outcome): readonly Change[] => [...numbers, ...changes];

/** The warehouse picks a delivery; `batch` for all of its items. */
const pick: People[string] = (view, _, asked) => {
  const header = found(view, 'outbound_delivery', asked['delivery'] ?? '');
  const items = deliveryItems(view, given(header, 'DeliveryDocument'));
  return [
    put('outbound_delivery', { ...header, OverallPickingStatus: 'C', DeliveryVersion: nextVersion(header) }),
    ...items.map((item) =>
      put('outbound_delivery_item', { ...item, PickingStatus: 'C', Batch: asked['batch'] ?? given(item, 'Batch') }),
    ),
  ];
};

const unpick: People[string] = (view, _, asked) => {
  const header = found(view, 'outbound_delivery', asked['delivery'] ?? '');
  return [put('outbound_delivery', { ...header, OverallPickingStatus: 'A', DeliveryVersion: nextVersion(header) })];
};

/** A delivery goes to a warehouse system, which posts its goods issue itself. */
const handOver: People[string] = (view, _, asked) => {
  const header = found(view, 'outbound_delivery', asked['delivery'] ?? '');
  const moved = { Warehouse: 'W01', OverallWarehouseActivityStatus: 'A', DeliveryVersion: nextVersion(header) };
  return [put('outbound_delivery', { ...header, ...moved })];
};

const issue: People[string] = (view, now, asked) => {
  const header = found(view, 'outbound_delivery', asked['delivery'] ?? '');
  return all(postGoodsIssue({ view, now, user: 'SHIPPING01', reprice: (amount) => amount }, header));
};

/** Bills a delivery whose goods have left, or a credit memo request, whatever blocks it. */
const bill: People[string] = (view, now, asked) => {
  const request = asked['request'];
  const billed = request === undefined ? ofDelivery(view, asked['delivery'] ?? '') : ofRequest(view, request);
  const number = nextNumber(view, 'billing_document');
  const accounting = nextNumber(view, 'accounting_document');
  const documents = { number: number.number, accountingDocument: accounting.number, date: dayOf(now) };
  return [number.change, accounting.change, ...billingRecords({ ...documents, ...billed }), ...billed.changes];
};

const ofDelivery = (view: View, delivery: string) => {
  const header = found(view, 'outbound_delivery', delivery);
  if (header['OverallGoodsMovementStatus'] !== 'C') throw new Error(`The goods of delivery ${delivery} have not left.`);
  const items = deliveryItems(view, delivery);
  const sold = (item: Row) =>
    found(
      view,
      'sales_order_item',
      recordKey(given(item, 'ReferenceSDDocument'), given(item, 'ReferenceSDDocumentItem')),
    );
  return {
    category: 'M' as const,
    customer: given(header, 'SoldToParty'),
    customerReference: '',
    items: items.map((item): BilledItem => {
      const line = sold(item);
      const share = new Big(given(item, 'ActualDeliveryQuantity')).div(given(line, 'RequestedQuantity'));
      return {
        number: given(item, 'DeliveryDocumentItem'),
        material: given(item, 'Material'),
        text: given(item, 'DeliveryDocumentItemText'),
        plant: given(item, 'Plant'),
        quantity: given(item, 'ActualDeliveryQuantity'),
        unit: given(item, 'DeliveryQuantityUnit'),
        net: share.times(given(line, 'NetAmount')).toFixed(2),
        reference: [delivery, given(item, 'DeliveryDocumentItem'), 'J'],
        sales: [given(line, 'SalesOrder'), given(line, 'SalesOrderItem'), 'C'],
      };
    }),
    changes: [
      put('outbound_delivery', {
        ...header,
        OverallDelivReltdBillgStatus: 'C',
        OverallSDProcessStatus: 'C',
        DeliveryVersion: nextVersion(header),
      }),
      ...items.map((item) => put('outbound_delivery_item', { ...item, DeliveryRelatedBillingStatus: 'C' })),
      ...items.map((item) => put('sales_order_item', { ...sold(item), OrderRelatedBillingStatus: 'C' })),
    ],
  };
};

const ofRequest = (view: View, request: string) => {
  const header = found(view, 'credit_memo_request', request);
  const items = requestItems(view, request);
  const open = items.filter((item) => given(item, 'SalesDocumentRjcnReason') === '');
  const billed = (item: Row): Row =>
    open.includes(item) ? { ...item, OrderRelatedBillingStatus: 'C', SDProcessStatus: 'C' } : item;
  const after = items.map(billed);
  const stamp = `${given(header, 'LastChangeDateTime').slice(0, 10)}T23:59:59.000Z`;
  return {
    category: 'O' as const,
    customer: given(header, 'SoldToParty'),
    customerReference: given(header, 'PurchaseOrderByCustomer'),
    items: open.map((item): BilledItem => {
      const number = given(item, 'CreditMemoRequestItem');
      return {
        number,
        material: given(item, 'Material'),
        text: given(item, 'CreditMemoRequestItemText'),
        plant: '',
        quantity: given(item, 'RequestedQuantity'),
        unit: given(item, 'RequestedQuantityUnit'),
        net: given(item, 'NetAmount'),
        reference: [request, number, 'K'],
        sales: [request, number, 'K'],
      };
    }),
    changes: [
      put('credit_memo_request', {
        ...withStatuses(header, after),
        HeaderBillingBlockReason: '',
        LastChangeDateTime: stamp,
      }),
      ...after.map((item) => put('credit_memo_request_item', item)),
    ],
  };
};

/** The customer pays an invoice, or an `amount` of it. */
const pay: People[string] = (view, now, asked) => {
  const invoice = found(view, 'billing_document', asked['invoice'] ?? '');
  const item = view.rows('accounting_item').find((row) => row['BillingDocument'] === invoice['BillingDocument']);
  if (!item) throw new Error('The invoice is not in accounting.');
  const amount = asked['amount'];
  const clearing = (status: string) => put('billing_document', { ...invoice, InvoiceClearingStatus: status });
  if (amount === undefined) return [put('accounting_item', cleared(item, dayOf(now))), clearing('C')];
  const { number, change } = nextNumber(view, 'accounting_document');
  const partial: Row = {
    ...item,
    AccountingDocument: number,
    AccountingDocumentType: 'DZ',
    DebitCreditCode: 'H',
    PostingKey: '15',
    PostingDate: dayOf(now),
    BillingDocument: '',
    InvoiceReference: given(item, 'AccountingDocument'),
    InvoiceReferenceFiscalYear: given(item, 'FiscalYear'),
    AmountInTransactionCurrency: new Big(amount).times(-1).toFixed(2),
  };
  return [change, put('accounting_item', partial), clearing('B')];
};

/** Somebody requests a credit: of an `invoice`, its `line`, a net `amount`. */
const credit: People[string] = (view, now, asked) => {
  const { invoice = '', line = '10', amount = '1' } = asked;
  const price = { ConditionType: 'PMP0', ConditionRateValue: amount, ConditionQuantity: '1' };
  const item = {
    ReferenceSDDocument: invoice,
    ReferenceSDDocumentItem: line.padStart(6, '0'),
    RequestedQuantity: '1',
  };
  return all(
    createCreditMemoRequest(
      { view, now, user: 'SALES01', reprice: (net) => net },
      {
        values: { CreditMemoRequestType: 'CR', SDDocumentReason: '101', ReferenceSDDocument: invoice },
        children: {
          credit_memo_request_item: [
            { values: item, children: { credit_memo_request_price: [{ values: price, children: {} }] } },
          ],
        },
      },
    ),
  );
};

/** Somebody takes a `quantity` of an `item` out of the stock of a `site`. */
const scrap: People[string] = (view, _, asked) => {
  const { item = '', site = '', quantity = '1' } = asked;
  const stock = view
    .rows('stock')
    .find((row) => row['Material'] === item && row['Plant'] === site && row['InventoryStockType'] === '01');
  if (!stock) throw new Error(`There is no stock of ${item} in ${site}.`);
  const left = new Big(given(stock, 'MatlWrhsStkQtyInMatlBaseUnit')).minus(quantity);
  return [put('stock', { ...stock, MatlWrhsStkQtyInMatlBaseUnit: left.toFixed() })];
};

/** The books are closed up to a `day`, today unless told. */
const closeBooks: People[string] = (_, now, { day = dayOf(now) }) => [
  put('posting_period', { CompanyCode: '1010', ClosedUpTo: day }),
];

/** What people of the company do besides us. */
export const people: People = {
  pick,
  unpick,
  'hand-over': handOver,
  issue,
  bill,
  pay,
  credit,
  scrap,
  'close-books': closeBooks,
};
