import Big from 'big.js';
import { type Change, type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';
import type { View } from '../odata/view.ts';
import { put } from '../tables.ts';

/** What an order item that names a requisition does to it: its ordered quantity grows. */
export const orderedFromRequisition = (view: View, item: Row): Change[] => {
  const requisition = String(item['PurchaseRequisition'] ?? '');
  if (requisition === '') return [];
  const key = recordKey(requisition, String(item['PurchaseRequisitionItem'] ?? ''));
  const row = view.row('purchase_requisition_item', key);
  if (!row)
    throw businessError('06/052', `Purchase requisition ${requisition} has no such item.`, 'PurchaseRequisition');
  if (row['IsDeleted'] === 'X' || row['IsClosed'] === true)
    throw businessError('06/053', `Purchase requisition ${requisition} is closed.`, 'PurchaseRequisition');
  if (row['ReleaseIsNotCompleted'] === true) {
    throw businessError('06/057', `Purchase requisition ${requisition} has not been released.`, 'PurchaseRequisition');
  }
  const ordered = new Big(String(row['OrderedQuantity'] ?? '0')).plus(String(item['OrderQuantity'] ?? '0'));
  const changed: Row = {
    ...row,
    OrderedQuantity: ordered.toFixed(),
    PurchasingDocument: item['PurchaseOrder'] ?? '',
    PurchasingDocumentItem: item['PurchaseOrderItem'] ?? '',
    ProcessingStatus: 'B',
  };
  return [put('purchase_requisition_item', changed)];
};
