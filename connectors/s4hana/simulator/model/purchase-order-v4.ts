import {
  amount,
  computed,
  date,
  decimal,
  digits,
  type EntityType,
  fixed,
  flag,
  quantity,
  type Service,
  stored,
  text,
  variableAmount,
} from '../odata/edm.ts';
import { netValue } from '../rules/release.ts';
import {
  accountAssignmentFields,
  headerFields,
  itemFields,
  noteFields,
  purchaseOrderTables,
  scheduleLineFields,
} from './purchase-order-fields.ts';

/** Every V4 entity of an order carries the ETag of its header. */
const etag = { column: 'LastChangeDateTime', root: purchaseOrderTables.header } as const;

const ofItem = { PurchaseOrder: 'PurchaseOrder', PurchaseOrderItem: 'PurchaseOrderItem' } as const;

const header: EntityType = {
  set: 'PurchaseOrder',
  type: 'PurchaseOrder_Type',
  table: purchaseOrderTables.header,
  keys: ['PurchaseOrder'],
  etag,
  properties: {
    PurchaseOrder: computed(text(10)),
    ...headerFields,
    PurchaseOrderDeletionCode: stored('PurchasingDocumentDeletionCode', computed(text(1))),
    PurgReleaseSequenceStatus: computed(text(8)),
    ReleaseCode: computed(text(1)),
    PurchasingReleaseStrategy: computed(text(2)),
    PurgReasonForDocCancellation: digits(2),
    DocumentCurrency: text(3),
    ExchangeRate: decimal(9, 5),
    SupplierAddressID: computed(text(10)),
    PurchaseContract: text(10),
    VATRegistrationCountry: text(3),
    TaxReturnCountry: text(3),
    DownPaymentType: text(4),
    DownPaymentAmount: variableAmount(11, 'DocumentCurrency'),
    DownPaymentDueDate: date,
  },
  navigations: {
    _PurchaseOrderItem: { target: 'PurchaseOrderItem', many: true, on: { PurchaseOrder: 'PurchaseOrder' } },
    _PurchaseOrderNote: { target: 'PurchaseOrderNote', many: true, on: { PurchaseOrder: 'PurchaseOrder' } },
  },
};

const item: EntityType = {
  set: 'PurchaseOrderItem',
  type: 'PurchaseOrderItem_Type',
  table: purchaseOrderTables.item,
  keys: ['PurchaseOrder', 'PurchaseOrderItem'],
  etag,
  properties: {
    ...itemFields,
    PurchaseOrderCategory: computed(text(1)),
    DocumentCurrency: text(3),
    NetPriceAmount: variableAmount(11, 'DocumentCurrency'),
    NetAmount: { ...computed(variableAmount(13, 'DocumentCurrency')), derived: (row) => netValue(row).toFixed() },
    GrossAmount: { ...computed(variableAmount(13, 'DocumentCurrency')), derived: (row) => netValue(row).toFixed() },
    EffectiveAmount: { ...computed(variableAmount(13, 'DocumentCurrency')), derived: (row) => netValue(row).toFixed() },
    CompanyCode: computed(text(4)),
    BaseUnit: computed(text(3)),
    OrderItemQtyToBaseQtyNmrtr: computed(decimal(5, 0)),
    OrderItemQtyToBaseQtyDnmntr: computed(decimal(5, 0)),
    RequirementTracking: text(10),
    PlannedDeliveryDurationInDays: decimal(3, 0),
    PurgItemIsBlockedForDelivery: flag,
    PurgDocOrderAcknNumber: text(20),
    TaxCountry: text(3),
    TaxJurisdiction: text(15),
    ItemIsRejectedBySupplier: computed(flag),
    ShippingInstruction: text(2),
  },
  navigations: {
    _PurchaseOrder: { target: 'PurchaseOrder', many: false, on: { PurchaseOrder: 'PurchaseOrder' } },
    _PurchaseOrderScheduleLineTP: { target: 'PurchaseOrderScheduleLine', many: true, on: ofItem },
    _PurOrdAccountAssignment: { target: 'PurchaseOrderAccountAssignment', many: true, on: ofItem },
    _PurchaseOrderItemNote: { target: 'PurchaseOrderItemNote', many: true, on: ofItem },
  },
};

const scheduleLine: EntityType = {
  set: 'PurchaseOrderScheduleLine',
  type: 'PurchaseOrderScheduleLine_Type',
  table: purchaseOrderTables.scheduleLine,
  keys: ['PurchaseOrder', 'PurchaseOrderItem', 'ScheduleLine'],
  etag,
  properties: {
    PurchaseOrder: computed(text(10)),
    PurchaseOrderItem: computed(digits(5)),
    ...scheduleLineFields,
    PurchaseOrderQuantityUnit: fixed(text(3)),
    OpenPurchaseOrderQuantity: computed(quantity(14, 3, 'PurchaseOrderQuantityUnit')),
    ScheduleLineOrderDate: date,
  },
  navigations: {},
};

const accountAssignment: EntityType = {
  set: 'PurchaseOrderAccountAssignment',
  type: 'PurchaseOrderAccountAssignment_Type',
  table: purchaseOrderTables.accountAssignment,
  keys: ['PurchaseOrder', 'PurchaseOrderItem', 'AccountAssignmentNumber'],
  etag,
  properties: {
    ...accountAssignmentFields,
    OrderQuantityUnit: stored('PurchaseOrderQuantityUnit', text(3)),
    Quantity: quantity(13, 3, 'OrderQuantityUnit'),
    DocumentCurrency: text(3),
    PurgDocNetAmount: amount(13, 3, 'DocumentCurrency'),
    EarmarkedFundsDocumentItem: digits(3),
    IsFinallyInvoiced: flag,
  },
  navigations: {},
};

const note: EntityType = {
  set: 'PurchaseOrderNote',
  type: 'PurchaseOrderNote_Type',
  table: purchaseOrderTables.note,
  keys: ['PurchaseOrder', 'TextObjectType', 'Language'],
  etag,
  properties: { PurchaseOrder: computed(text(10)), ...noteFields },
  navigations: {},
};

const itemNote: EntityType = {
  set: 'PurchaseOrderItemNote',
  type: 'PurchaseOrderItemNote_Type',
  table: purchaseOrderTables.itemNote,
  keys: ['PurchaseOrder', 'PurchaseOrderItem', 'TextObjectType', 'Language'],
  etag,
  properties: { PurchaseOrder: computed(text(10)), PurchaseOrderItem: computed(digits(5)), ...noteFields },
  navigations: {},
};

/** The same purchase orders by OData V4, with ETags (CE_PURCHASEORDER_0001). */
export const purchaseOrderV4: Service = {
  id: 'api_purchaseorder_2',
  root: '/sap/opu/odata4/sap/api_purchaseorder_2/srvd_a2x/sap/purchaseorder/0001',
  namespace: 'com.sap.gateway.srvd_a2x.api_purchaseorder_2.v0001',
  version: 4,
  component: 'MM-PUR-PO',
  entities: {
    PurchaseOrder: header,
    PurchaseOrderItem: item,
    PurchaseOrderScheduleLine: scheduleLine,
    PurchaseOrderAccountAssignment: accountAssignment,
    PurchaseOrderNote: note,
    PurchaseOrderItemNote: itemNote,
  },
};
