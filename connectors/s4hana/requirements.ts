import type { ServiceName } from './client.ts';
import { type Dialect, dialectOf } from './purchase-order/dialect.ts';
import { referenceFields, type S4hanaSettings } from './settings.ts';

/** Fields that must exist in an entity set; a number is the least length that is needed. */
export type RequiredSets = Readonly<Record<string, Readonly<Record<string, true | number>>>>;

/** Services that a system may do without, and the tools that then answer `UNSUPPORTED_BY_SYSTEM`. */
export const optionalServices: Partial<Record<ServiceName, string>> = {
  reservation: 'reserve_stock and release_stock',
  sourceList: 'add_approved_supplier and remove_approved_supplier',
  billing: 'get_invoice and create_credit_memo_request',
  accounting: 'get_invoice and create_credit_memo_request',
  creditMemoRequest: 'get_invoice and the requests of credit memos',
  outboundDelivery: 'deliveries and their goods issues',
};

const exists = (...names: readonly string[]): Record<string, true> =>
  Object.fromEntries(names.map((name) => [name, true as const]));

/** What the tools send, filter by and decide on, by service. */
export function requirementsOf(settings: S4hanaSettings): Partial<Record<ServiceName, RequiredSets>> {
  const dialect = dialectOf(settings.purchaseOrders);
  return { [dialect.service]: purchaseOrderSets(dialect), ...others, outboundDelivery: deliverySets(settings) };
}

function purchaseOrderSets(dialect: Dialect): RequiredSets {
  return {
    [dialect.header]: {
      ...exists('PurchaseOrder', 'Supplier', 'CompanyCode', 'PurchasingOrganization', 'PurchasingGroup'),
      ...exists('PurchaseOrderType', 'DocumentCurrency', 'PurchaseOrderDate', 'LastChangeDateTime'),
      ...exists('PurchasingProcessingStatus', 'PurchasingCompletenessStatus', 'ReleaseIsNotCompleted'),
      ...exists(dialect.headerDeletionCode, dialect.items, 'CreatedByUser', 'CreationDate'),
      ...Object.fromEntries(referenceFields.map((field) => [field, 12])),
    },
    [dialect.item]: {
      ...exists('PurchaseOrderItem', 'Material', 'Plant', 'OrderQuantity', 'PurchaseOrderQuantityUnit'),
      ...exists('NetPriceAmount', 'NetPriceQuantity', 'OrderPriceUnit', 'PurchasingDocumentDeletionCode'),
      ...exists(
        'IsCompletelyDelivered',
        'IsFinallyInvoiced',
        'PurchaseContract',
        dialect.scheduleLines,
        dialect.parent,
      ),
      RequisitionerName: 12,
    },
  };
}

function deliverySets({ deliveryReferenceField }: S4hanaSettings): RequiredSets {
  return {
    A_OutbDeliveryHeader: {
      ...exists('DeliveryDocument', 'ShippingPoint', 'Warehouse', 'OverallPickingStatus', 'OverallGoodsMovementStatus'),
      ...exists('OverallDelivReltdBillgStatus', 'ActualGoodsMovementDate', 'to_DeliveryDocumentItem'),
      [deliveryReferenceField]: 12,
    },
    A_OutbDeliveryItem: exists('ReferenceSDDocument', 'ReferenceSDDocumentItem', 'ActualDeliveryQuantity'),
  };
}

const others: Partial<Record<ServiceName, RequiredSets>> = {
  purchaseRequisition: {
    A_PurchaseRequisitionHeader: exists('PurchaseRequisition', 'PurchaseRequisitionType', 'to_PurchaseReqnItem'),
    A_PurchaseRequisitionItem: {
      ...exists('PurchaseRequisitionItem', 'Material', 'Plant', 'RequestedQuantity', 'OrderedQuantity', 'BaseUnit'),
      ...exists('DeliveryDate', 'IsClosed', 'IsDeleted', 'ReleaseIsNotCompleted', 'LastChangeDateTime'),
      ...exists('CreatedByUser', 'CreationDate', 'ItemNetAmount', 'PurReqnItemCurrency'),
      PurReqnExternalReference: 12,
    },
  },
  product: {
    A_Product: exists('Product', 'BaseUnit', 'CrossPlantStatus', 'IsMarkedForDeletion', 'to_Plant', 'to_Description'),
    A_ProductDescription: exists('Product', 'Language', 'ProductDescription'),
    A_ProductSupplyPlanning: exists('Product', 'Plant', 'PlannedDeliveryDurationInDays'),
  },
  businessPartner: {
    A_Supplier: exists(
      ...['Supplier', 'SupplierName', 'PurchasingIsBlocked', 'PostingIsBlocked', 'PaymentIsBlockedForSupplier'],
      ...['to_SupplierCompany', 'to_SupplierPurchasingOrg'],
    ),
    A_BusinessPartner: {
      ...exists('BusinessPartner', 'Supplier', 'BusinessPartnerName', 'to_BusinessPartnerAddress'),
      ...exists('to_BusinessPartnerTax', 'to_BusinessPartnerRole', 'to_Supplier', 'CreatedByUser', 'CreationDate'),
      BusinessPartnerIDByExtSystem: 12,
    },
    A_BusinessPartnerTaxNumber: exists('BusinessPartner', 'BPTaxNumber', 'BPTaxLongNumber'),
  },
  infoRecord: { A_PurgInfoRecdOrgPlantData: exists('Supplier', 'Material', 'NetPriceAmount', 'to_PurgInfoRecd') },
  stock: { A_MatlStkInAcctMod: exists('Material', 'Plant', 'InventoryStockType', 'MatlWrhsStkQtyInMatlBaseUnit') },
  reservation: {
    A_ReservationDocumentHeader: exists('Reservation', 'GoodsMovementType', 'CostCenter', 'to_ReservationDocumentItem'),
    A_ReservationDocumentItem: {
      ...exists('Product', 'Plant', 'MatlCompRequirementDate', 'EntryUnit', 'ResvnItmRequiredQtyInEntryUnit'),
      ...exists('ResvnItmWithdrawnQtyInBaseUnit', 'ReservationItemIsFinallyIssued', 'ReservationItmIsMarkedForDeltn'),
      // The reference, and until when it is wanted.
      ReservationItemText: 29,
    },
  },
  sourceList: {
    A_PurchasingSource: exists(
      ...['Material', 'Plant', 'SourceListRecord', 'Supplier', 'ValidityStartDate', 'ValidityEndDate'],
      ...['SupplierIsFixed', 'SourceOfSupplyIsBlocked', 'PurchasingOrganization'],
    ),
  },
  materialDocument: {
    A_MaterialDocumentItem: exists('PurchaseOrder', 'PurchaseOrderItem', 'GoodsMovementType', 'QuantityInEntryUnit'),
  },
  supplierInvoice: {
    A_SupplierInvoice: exists('SupplierInvoice', 'FiscalYear', 'SupplierInvoiceStatus', 'ReverseDocument'),
    A_SuplrInvcItemPurOrdRef: exists('PurchaseOrder', 'PurchaseOrderItem', 'QuantityInPurchaseOrderUnit'),
  },
  billing: {
    A_BillingDocument: exists('BillingDocument', 'SDDocumentCategory', 'BillingDocumentIsCancelled', 'to_Item'),
    A_BillingDocumentItem: exists(
      'NetAmount',
      'TaxAmount',
      'ReferenceSDDocument',
      'SalesDocument',
      'to_BillingDocument',
    ),
  },
  accounting: {
    A_OperationalAcctgDocItemCube: exists('AccountingDocument', 'ClearingAccountingDocument', 'InvoiceReference'),
  },
  creditMemoRequest: {
    A_CreditMemoRequest: {
      ...exists('CreditMemoRequest', 'ReferenceSDDocument', 'HeaderBillingBlockReason', 'to_Item'),
      PurchaseOrderByCustomer: 12,
    },
    A_CreditMemoRequestItem: exists('ReferenceSDDocumentItem', 'SalesDocumentRjcnReason', 'to_PricingElement'),
  },
  salesOrder: {
    A_SalesOrder: exists(
      'SalesOrder',
      'DeliveryBlockReason',
      'TotalCreditCheckStatus',
      'OverallSDProcessStatus',
      'to_Item',
    ),
    A_SalesOrderItem: exists('SalesOrderItem', 'RequestedQuantity', 'SalesDocumentRjcnReason', 'to_ScheduleLine'),
  },
};
