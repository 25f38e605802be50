import Big from 'big.js';
import type { Row } from '../../../../lib/simulation/state.ts';
import type { View } from '../odata/view.ts';

const ofItem = (rows: readonly Row[], item: Row): readonly Row[] =>
  rows.filter(
    (row) => row['PurchaseOrder'] === item['PurchaseOrder'] && row['PurchaseOrderItem'] === item['PurchaseOrderItem'],
  );

/** Quantity received for an item: receipts (101) less their reversals (102). */
export const receivedQuantity = (view: View, item: Row): Big =>
  ofItem(view.rows('material_document_item'), item).reduce((sum, row) => {
    const quantity = String(row['QuantityInEntryUnit'] ?? '0');
    return row['GoodsMovementType'] === '102' ? sum.minus(quantity) : sum.plus(quantity);
  }, new Big(0));

/** Quantity invoiced by the supplier for an item. */
export const invoicedQuantity = (view: View, item: Row): Big =>
  ofItem(view.rows('supplier_invoice_item'), item).reduce(
    (sum, row) => sum.plus(String(row['QuantityInPurchaseOrderUnit'] ?? '0')),
    new Big(0),
  );
