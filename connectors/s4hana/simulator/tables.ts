import { type Change, type Row, recordKey } from '../../../lib/simulation/state.ts';

/** Key columns of every table, in the order in which the services' entities name them. */
const keys = {
  number_range: ['range'],
  business_partner: ['BusinessPartner'],
  business_partner_role: ['BusinessPartner', 'BusinessPartnerRole'],
  business_partner_address: ['BusinessPartner', 'AddressID'],
  address_email: ['AddressID', 'Person', 'OrdinalNumber'],
  address_phone: ['AddressID', 'Person', 'OrdinalNumber'],
  business_partner_tax_number: ['BusinessPartner', 'BPTaxType'],
  supplier: ['Supplier'],
  supplier_company: ['Supplier', 'CompanyCode'],
  supplier_purchasing_org: ['Supplier', 'PurchasingOrganization'],
  product: ['Product'],
  product_description: ['Product', 'Language'],
  product_plant: ['Product', 'Plant'],
  product_unit: ['Product', 'AlternativeUnit'],
  info_record: ['PurchasingInfoRecord'],
  info_record_org: ['PurchasingInfoRecord', 'PurchasingInfoRecordCategory', 'PurchasingOrganization', 'Plant'],
  material_stock: ['Material'],
  stock: [
    'Material',
    'Plant',
    'StorageLocation',
    'Batch',
    'Supplier',
    'Customer',
    'WBSElementInternalID',
    'SDDocument',
    'SDDocumentItem',
    'InventorySpecialStockType',
    'InventoryStockType',
  ],
  purchase_order: ['PurchaseOrder'],
  purchase_order_item: ['PurchaseOrder', 'PurchaseOrderItem'],
  purchase_order_schedule_line: ['PurchaseOrder', 'PurchaseOrderItem', 'ScheduleLine'],
  purchase_order_account_assignment: ['PurchaseOrder', 'PurchaseOrderItem', 'AccountAssignmentNumber'],
  purchase_order_note: ['PurchaseOrder', 'TextObjectType', 'Language'],
  purchase_order_item_note: ['PurchaseOrder', 'PurchaseOrderItem', 'TextObjectType', 'Language'],
  purchase_requisition: ['PurchaseRequisition'],
  purchase_requisition_item: ['PurchaseRequisition', 'PurchaseRequisitionItem'],
  source_list: ['Material', 'Plant', 'SourceListRecord'],
  reservation: ['Reservation'],
  reservation_item: ['Reservation', 'ReservationItem', 'RecordType'],
  material_document: ['MaterialDocumentYear', 'MaterialDocument'],
  material_document_item: ['MaterialDocumentYear', 'MaterialDocument', 'MaterialDocumentItem'],
  supplier_invoice: ['SupplierInvoice', 'FiscalYear'],
  supplier_invoice_item: ['SupplierInvoice', 'FiscalYear', 'SupplierInvoiceItem'],
  sales_order: ['SalesOrder'],
  sales_order_item: ['SalesOrder', 'SalesOrderItem'],
  sales_order_schedule_line: ['SalesOrder', 'SalesOrderItem', 'ScheduleLine'],
} as const satisfies Record<string, readonly string[]>;

/** The name of a table of the simulated system. */
export type Table = keyof typeof keys;

/** Stores a record under the key that its own columns make; a column that is absent counts as empty. */
export const put = (table: Table, row: Row): Change => ({
  table,
  key: recordKey(...keys[table].map((column) => row[column] ?? '')),
  row,
});
