import type { ServiceName } from './client.ts';
import { type Dialect, dialectOf } from './purchase-order/dialect.ts';
import { referenceFields, type S4hanaSettings } from './settings.ts';

/** Fields that must exist in an entity set; a number is the least length that is needed. */
export type RequiredSets = Readonly<Record<string, Readonly<Record<string, true | number>>>>;

const exists = (...names: readonly string[]): Record<string, true> =>
  Object.fromEntries(names.map((name) => [name, true as const]));

/** What the tools send, filter by and decide on, by service. */
export function requirementsOf(settings: S4hanaSettings): Partial<Record<ServiceName, RequiredSets>> {
  const dialect = dialectOf(settings.purchaseOrders);
  return { [dialect.service]: purchaseOrderSets(dialect), ...others };
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
    A_Supplier: exists('Supplier', 'SupplierName', 'PurchasingIsBlocked', 'PostingIsBlocked', 'to_SupplierCompany'),
    A_BusinessPartner: exists('BusinessPartner', 'Supplier', 'to_BusinessPartnerAddress', 'to_BusinessPartnerTax'),
    A_BusinessPartnerTaxNumber: exists('BusinessPartner', 'BPTaxNumber', 'BPTaxLongNumber'),
  },
  infoRecord: { A_PurgInfoRecdOrgPlantData: exists('Supplier', 'Material', 'NetPriceAmount', 'to_PurgInfoRecd') },
  stock: { A_MatlStkInAcctMod: exists('Material', 'Plant', 'InventoryStockType', 'MatlWrhsStkQtyInMatlBaseUnit') },
  materialDocument: {
    A_MaterialDocumentItem: exists('PurchaseOrder', 'PurchaseOrderItem', 'GoodsMovementType', 'QuantityInEntryUnit'),
  },
  supplierInvoice: {
    A_SupplierInvoice: exists('SupplierInvoice', 'FiscalYear', 'SupplierInvoiceStatus', 'ReverseDocument'),
    A_SuplrInvcItemPurOrdRef: exists('PurchaseOrder', 'PurchaseOrderItem', 'QuantityInPurchaseOrderUnit'),
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
