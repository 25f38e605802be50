import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { businessError, notSimulated } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given } from './given.ts';
import { changeStamp } from './numbers.ts';
import { headerOf, itemsOf } from './purchase-order-delete.ts';
import { invoicedQuantity, receivedQuantity } from './purchase-order-history.ts';
import { checkPrice, checkQuantity } from './purchase-order-price.ts';
import { releaseFields } from './release.ts';

const changes = (before: Row, after: Row, name: string): boolean => given(before, name) !== given(after, name);

const changedHeader = (header: Row, now: number, fields: Row): Row => ({
  ...header,
  ...fields,
  LastChangeDateTime: changeStamp(now, header['LastChangeDateTime']),
});

const checkOpen = (header: Row, item?: Row) => {
  if (!header['PurchasingDocumentDeletionCode'] && !item?.['PurchasingDocumentDeletionCode']) return;
  throw businessError('06/115', `Purchase order ${given(header, 'PurchaseOrder')} or its item has been deleted.`);
};

/** Changes fields of a header. */
export const changePurchaseOrder = ({ now }: Circumstances, header: Row, { values }: Tree): Outcome => {
  checkOpen(header);
  const row = changedHeader(header, now, values);
  if (changes(header, row, 'DocumentCurrency'))
    throw businessError('06/218', 'The currency of an order with items cannot be changed.', 'DocumentCurrency');
  return { changes: [put('purchase_order', row)], row, reference: given(row, 'CorrespncInternalReference') || null };
};

const checkItem = (view: View, before: Row, after: Row) => {
  const invoiced = invoicedQuantity(view, before).gt(0);
  for (const field of ['NetPriceAmount', 'NetPriceQuantity', 'OrderPriceUnit']) {
    if (invoiced && changes(before, after, field))
      throw businessError('06/219', 'The price cannot be changed: an invoice exists.', field);
  }
  if (changes(before, after, 'PurchaseOrderQuantityUnit')) throw notSimulated('a change of the order unit');
  if (changes(before, after, 'OrderPriceUnit')) throw notSimulated('a change of the price unit');
  checkPrice(given(after, 'NetPriceAmount'), given(after, 'DocumentCurrency'));
  if (new Big(given(after, 'NetPriceQuantity') || '0').lte(0))
    throw businessError('06/220', 'The price quantity must be greater than 0.', 'NetPriceQuantity');
  checkQuantity(given(after, 'OrderQuantity'), given(after, 'PurchaseOrderQuantityUnit'));
  if (receivedQuantity(view, before).gt(given(after, 'OrderQuantity'))) {
    throw businessError('06/118', 'The quantity is smaller than what has been received.', 'OrderQuantity');
  }
};

const linesOf = (view: View, item: Row): readonly Row[] =>
  view
    .rows('purchase_order_schedule_line')
    .filter(
      (row) => row['PurchaseOrder'] === item['PurchaseOrder'] && row['PurchaseOrderItem'] === item['PurchaseOrderItem'],
    );

/** A changed quantity falls on the last schedule line, as far as it goes. */
const followedBy = (view: View, before: Row, after: Row): Change[] => {
  if (!changes(before, after, 'OrderQuantity')) return [];
  const last = linesOf(view, before).at(-1);
  if (!last) return [];
  const difference = new Big(given(after, 'OrderQuantity')).minus(given(before, 'OrderQuantity'));
  const [quantity, open] = ['ScheduleLineOrderQuantity', 'OpenPurchaseOrderQuantity'].map((name) =>
    new Big(given(last, name) || '0').plus(difference),
  );
  if (!quantity || !open || quantity.lt(0))
    throw businessError('06/340', 'Change the schedule lines first.', 'OrderQuantity');
  return [
    put('purchase_order_schedule_line', {
      ...last,
      ScheduleLineOrderQuantity: quantity.toFixed(),
      OpenPurchaseOrderQuantity: (open.lt(0) ? new Big(0) : open).toFixed(),
    }),
  ];
};

const touched = (view: View, item: Row, now: number): Row => {
  const others = itemsOf(view, given(item, 'PurchaseOrder')).filter(
    (each) => each['PurchaseOrderItem'] !== item['PurchaseOrderItem'],
  );
  return changedHeader(headerOf(view, given(item, 'PurchaseOrder')), now, releaseFields([...others, item]));
};

/** Changes an item; a new price or quantity may make the order subject to release again. */
export const changePurchaseOrderItem = (circumstances: Circumstances, before: Row, { values }: Tree): Outcome => {
  const { view, now } = circumstances;
  checkOpen(headerOf(view, given(before, 'PurchaseOrder')), before);
  const wanted: Row = { ...before, ...values };
  checkItem(view, before, wanted);
  const row: Row =
    'NetPriceAmount' in values
      ? { ...wanted, NetPriceAmount: circumstances.reprice(given(wanted, 'NetPriceAmount')) }
      : wanted;
  const header = touched(view, row, now);
  return {
    changes: [put('purchase_order_item', row), ...followedBy(view, before, row), put('purchase_order', header)],
    row,
    reference: given(header, 'CorrespncInternalReference') || null,
  };
};

/** Changes date or quantity of a schedule line; the item's quantity follows. */
export const changeScheduleLine = ({ view, now }: Circumstances, before: Row, { values }: Tree): Outcome => {
  const order = given(before, 'PurchaseOrder');
  const item = itemsOf(view, order).find((each) => each['PurchaseOrderItem'] === before['PurchaseOrderItem']);
  if (!item) throw new Error(`Schedule line of purchase order ${order} has no item.`);
  checkOpen(headerOf(view, order), item);
  const line: Row = { ...before, ...values };
  checkQuantity(given(line, 'ScheduleLineOrderQuantity'), given(item, 'PurchaseOrderQuantityUnit'));
  const difference = new Big(given(line, 'ScheduleLineOrderQuantity')).minus(
    given(before, 'ScheduleLineOrderQuantity'),
  );
  const changed: Row = { ...item, OrderQuantity: new Big(given(item, 'OrderQuantity')).plus(difference).toFixed() };
  checkItem(view, item, changed);
  const header = touched(view, changed, now);
  const open = new Big(given(line, 'OpenPurchaseOrderQuantity') || '0').plus(difference);
  return {
    changes: [
      put('purchase_order_schedule_line', {
        ...line,
        OpenPurchaseOrderQuantity: (open.lt(0) ? new Big(0) : open).toFixed(),
      }),
      put('purchase_order_item', changed),
      put('purchase_order', header),
    ],
    row: line,
    reference: given(header, 'CorrespncInternalReference') || null,
  };
};
