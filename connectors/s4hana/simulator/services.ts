import { purchaseOrderV2 } from './model/purchase-order-v2.ts';
import type { Service } from './odata/edm.ts';
import type { Rules } from './odata/write.ts';
import { changePurchaseOrder, changePurchaseOrderItem, changeScheduleLine } from './rules/purchase-order-change.ts';
import { createPurchaseOrder } from './rules/purchase-order-create.ts';
import { deletePurchaseOrder, deletePurchaseOrderItem } from './rules/purchase-order-delete.ts';

/** Every OData service that the simulator has. */
export const services: readonly Service[] = [purchaseOrderV2];

/** What clients may do beyond reading, by the table that holds the records: V2 and V4 share the rules. */
export const rules: Readonly<Record<string, Rules>> = {
  purchase_order: { create: createPurchaseOrder, update: changePurchaseOrder, remove: deletePurchaseOrder },
  purchase_order_item: { update: changePurchaseOrderItem, remove: deletePurchaseOrderItem },
  purchase_order_schedule_line: { update: changeScheduleLine },
};
