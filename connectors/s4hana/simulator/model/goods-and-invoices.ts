import { amount, date, digits, type EntityType, flag, quantity, type Service, text, time } from '../odata/edm.ts';

const document: EntityType = {
  set: 'A_MaterialDocumentHeader',
  type: 'A_MaterialDocumentHeaderType',
  table: 'material_document',
  keys: ['MaterialDocumentYear', 'MaterialDocument'],
  properties: {
    MaterialDocumentYear: text(4),
    MaterialDocument: text(10),
    InventoryTransactionType: text(2),
    DocumentDate: date,
    PostingDate: date,
    CreationDate: date,
    CreationTime: time,
    CreatedByUser: text(12),
    MaterialDocumentHeaderText: text(25),
    ReferenceDocument: text(16),
    GoodsMovementCode: text(2),
  },
  navigations: {
    to_MaterialDocumentItem: {
      target: 'A_MaterialDocumentItem',
      many: true,
      on: { MaterialDocumentYear: 'MaterialDocumentYear', MaterialDocument: 'MaterialDocument' },
    },
  },
};

const documentItem: EntityType = {
  set: 'A_MaterialDocumentItem',
  type: 'A_MaterialDocumentItemType',
  table: 'material_document_item',
  keys: ['MaterialDocumentYear', 'MaterialDocument', 'MaterialDocumentItem'],
  properties: {
    MaterialDocumentYear: text(4),
    MaterialDocument: text(10),
    MaterialDocumentItem: digits(4),
    Material: text(40),
    Plant: text(4),
    StorageLocation: text(4),
    Batch: text(10),
    GoodsMovementType: text(3),
    InventoryStockType: text(2),
    InventorySpecialStockType: text(1),
    Supplier: text(10),
    Customer: text(10),
    PurchaseOrder: text(10),
    PurchaseOrderItem: digits(5),
    GoodsMovementRefDocType: text(1),
    MaterialBaseUnit: text(3),
    QuantityInBaseUnit: quantity(13, 3, 'MaterialBaseUnit'),
    EntryUnit: text(3),
    QuantityInEntryUnit: quantity(13, 3, 'EntryUnit'),
    CompanyCodeCurrency: text(5),
    GdsMvtExtAmtInCoCodeCrcy: amount(14, 3, 'CompanyCodeCurrency'),
    IsCompletelyDelivered: flag,
    MaterialDocumentItemText: text(50),
    GoodsMovementIsCancelled: flag,
    ReversedMaterialDocumentYear: text(4),
    ReversedMaterialDocument: text(10),
    ReversedMaterialDocumentItem: digits(4),
  },
  navigations: {
    to_MaterialDocumentHeader: {
      target: 'A_MaterialDocumentHeader',
      many: false,
      on: { MaterialDocumentYear: 'MaterialDocumentYear', MaterialDocument: 'MaterialDocument' },
    },
  },
};

const invoice: EntityType = {
  set: 'A_SupplierInvoice',
  type: 'A_SupplierInvoiceType',
  table: 'supplier_invoice',
  keys: ['SupplierInvoice', 'FiscalYear'],
  properties: {
    SupplierInvoice: text(10),
    FiscalYear: text(4),
    CompanyCode: text(4),
    DocumentDate: date,
    PostingDate: date,
    CreationDate: date,
    SupplierInvoiceIDByInvcgParty: text(16),
    InvoicingParty: text(10),
    DocumentCurrency: text(5),
    InvoiceGrossAmount: amount(14, 3, 'DocumentCurrency'),
    DocumentHeaderText: text(25),
    PaymentTerms: text(4),
    PaymentBlockingReason: text(1),
    SupplierInvoiceStatus: text(1),
    SupplierInvoiceIsCreditMemo: text(1),
    ReverseDocument: text(10),
    ReverseDocumentFiscalYear: text(4),
  },
  navigations: {
    to_SuplrInvcItemPurOrdRef: {
      target: 'A_SuplrInvcItemPurOrdRef',
      many: true,
      on: { SupplierInvoice: 'SupplierInvoice', FiscalYear: 'FiscalYear' },
    },
  },
};

const invoiceItem: EntityType = {
  set: 'A_SuplrInvcItemPurOrdRef',
  type: 'A_SuplrInvcItemPurOrdRefType',
  table: 'supplier_invoice_item',
  keys: ['SupplierInvoice', 'FiscalYear', 'SupplierInvoiceItem'],
  properties: {
    SupplierInvoice: text(10),
    FiscalYear: text(4),
    SupplierInvoiceItem: digits(6),
    PurchaseOrder: text(10),
    PurchaseOrderItem: digits(5),
    Plant: text(4),
    IsSubsequentDebitCredit: text(1),
    TaxCode: text(2),
    DocumentCurrency: text(5),
    SupplierInvoiceItemAmount: amount(14, 3, 'DocumentCurrency'),
    PurchaseOrderQuantityUnit: text(3),
    QuantityInPurchaseOrderUnit: quantity(13, 3, 'PurchaseOrderQuantityUnit'),
    PurchaseOrderPriceUnit: text(3),
    QtyInPurchaseOrderPriceUnit: quantity(13, 3, 'PurchaseOrderPriceUnit'),
    IsFinallyInvoiced: flag,
  },
  navigations: {},
};

const v2 = (id: string, component: string, entities: readonly EntityType[]): Service => ({
  id,
  root: `/sap/opu/odata/sap/${id}`,
  namespace: id,
  version: 2,
  component,
  entities: Object.fromEntries(entities.map((entity) => [entity.set, entity])),
});

/** API_MATERIAL_DOCUMENT_SRV: goods movements, among them receipts for purchase orders; reading only. */
export const materialDocumentService = v2('API_MATERIAL_DOCUMENT_SRV', 'MM-IM-GF', [document, documentItem]);

/** API_SUPPLIERINVOICE_PROCESS_SRV: supplier invoices with their purchase order items; reading only. */
export const supplierInvoiceService = v2('API_SUPPLIERINVOICE_PROCESS_SRV', 'MM-IV-LIV', [invoice, invoiceItem]);
