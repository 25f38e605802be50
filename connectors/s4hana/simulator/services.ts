import { accountingService } from './model/accounting.ts';
import { billingService } from './model/billing.ts';
import { businessPartnerService } from './model/business-partner.ts';
import { creditMemoRequestService } from './model/credit-memo-request.ts';
import { materialDocumentService, supplierInvoiceService } from './model/goods-and-invoices.ts';
import { infoRecordService } from './model/info-record.ts';
import { outboundDeliveryService } from './model/outbound-delivery.ts';
import { productService } from './model/product.ts';
import { purchaseOrderV2 } from './model/purchase-order-v2.ts';
import { purchaseOrderV4 } from './model/purchase-order-v4.ts';
import { purchaseRequisitionService } from './model/purchase-requisition.ts';
import { reservationService } from './model/reservation.ts';
import { salesOrder } from './model/sales-order.ts';
import { sourceListService } from './model/source-list.ts';
import { stockService } from './model/stock.ts';
import type { Service } from './odata/edm.ts';
import type { Rules } from './odata/write.ts';
import { changeSupplier, createBusinessPartner } from './rules/business-partner.ts';
import { changeCreditMemoRequestItem, createCreditMemoRequest } from './rules/credit-memo-request.ts';
import { postGoodsIssue, reverseGoodsIssue } from './rules/goods-issue.ts';
import { createOutboundDelivery, deleteOutboundDelivery } from './rules/outbound-delivery.ts';
import { changePurchaseOrder, changePurchaseOrderItem, changeScheduleLine } from './rules/purchase-order-change.ts';
import { createPurchaseOrder } from './rules/purchase-order-create.ts';
import { deletePurchaseOrder, deletePurchaseOrderItem } from './rules/purchase-order-delete.ts';
import { changeRequisitionItem, createRequisition } from './rules/purchase-requisition.ts';
import { changeReservationItem, createReservation } from './rules/reservation.ts';
import { changeSalesOrder } from './rules/sales-order.ts';
import { changeSource, createSource, deleteSource } from './rules/source-list.ts';

/** Every OData service that the simulator has. */
export const services: readonly Service[] = [
  purchaseOrderV2,
  purchaseOrderV4,
  purchaseRequisitionService,
  salesOrder,
  businessPartnerService,
  productService,
  stockService,
  reservationService,
  materialDocumentService,
  supplierInvoiceService,
  infoRecordService,
  billingService,
  accountingService,
  creditMemoRequestService,
  outboundDeliveryService,
  sourceListService,
];

/** What clients may do beyond reading, by the table that holds the records: V2 and V4 share the rules. */
export const rules: Readonly<Record<string, Rules>> = {
  purchase_order: { create: createPurchaseOrder, update: changePurchaseOrder, remove: deletePurchaseOrder },
  purchase_order_item: { update: changePurchaseOrderItem, remove: deletePurchaseOrderItem },
  purchase_order_schedule_line: { update: changeScheduleLine },
  purchase_requisition: { create: createRequisition },
  purchase_requisition_item: { update: changeRequisitionItem },
  business_partner: { create: createBusinessPartner },
  supplier: { update: changeSupplier },
  source_list: { create: createSource, update: changeSource, remove: deleteSource },
  reservation: { create: createReservation },
  reservation_item: { update: changeReservationItem },
  sales_order: { update: changeSalesOrder },
  credit_memo_request: { create: createCreditMemoRequest },
  credit_memo_request_item: { update: changeCreditMemoRequestItem },
  outbound_delivery: {
    create: createOutboundDelivery,
    remove: deleteOutboundDelivery,
    functions: { PostGoodsIssue: postGoodsIssue, ReverseGoodsIssue: reverseGoodsIssue },
  },
};
