import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { changeStamp } from './numbers.ts';
import { invoicedQuantity, receivedQuantity } from './purchase-order-history.ts';

const DELETED = 'L';

/** All items of an order. */
export const itemsOf = (view: View, order: string): readonly Row[] =>
  view.rows('purchase_order_item').filter((row) => row['PurchaseOrder'] === order);

/** The header of an item, which every item has. */
export const headerOf = (view: View, order: string): Row => {
  const header = view.row('purchase_order', order);
  if (!header) throw new Error(`Purchase order ${order} has items but no header.`);
  return header;
};

/** Flags one item for deletion; refused once goods or an invoice have come. */
const deletedItem = (view: View, item: Row): Change => {
  const shown = `Item ${item['PurchaseOrderItem']} of purchase order ${item['PurchaseOrder']}`;
  if (item['PurchasingDocumentDeletionCode'] === DELETED)
    throw businessError('06/115', `${shown} has already been deleted.`);
  if (receivedQuantity(view, item).gt(0))
    throw businessError('06/116', `${shown} cannot be deleted: goods receipts exist.`);
  if (invoicedQuantity(view, item).gt(0)) throw businessError('06/117', `${shown} cannot be deleted: invoices exist.`);
  return put('purchase_order_item', { ...item, PurchasingDocumentDeletionCode: DELETED });
};

const changedHeader = (header: Row, now: number, fields: Row = {}): Change =>
  put('purchase_order', { ...header, ...fields, LastChangeDateTime: changeStamp(now, header['LastChangeDateTime']) });

const reference = (header: Row): string | null => String(header['CorrespncInternalReference'] ?? '') || null;

/** Deletes an order: document and number stay readable, every item and the header carry the deletion code. */
export const deletePurchaseOrder = ({ view, now }: Circumstances, header: Row): Outcome => {
  const order = String(header['PurchaseOrder']);
  if (header['PurchasingDocumentDeletionCode'] === DELETED)
    throw businessError('06/115', `Purchase order ${order} has already been deleted.`);
  const items = itemsOf(view, order).filter((item) => item['PurchasingDocumentDeletionCode'] !== DELETED);
  const deletion = { PurchasingDocumentDeletionCode: DELETED };
  return {
    changes: [changedHeader(header, now, deletion), ...items.map((item) => deletedItem(view, item))],
    row: { ...header, ...deletion },
    reference: reference(header),
  };
};

/** Deletes one item of an order. */
export const deletePurchaseOrderItem = ({ view, now }: Circumstances, item: Row): Outcome => {
  const header = headerOf(view, String(item['PurchaseOrder']));
  return { changes: [deletedItem(view, item), changedHeader(header, now)], row: item, reference: reference(header) };
};
