import {
  computed,
  date,
  decimal,
  digits,
  type EntityType,
  quantity,
  type Service,
  stored,
  text,
} from '../odata/edm.ts';
import {
  accountAssignmentFields,
  headerFields,
  itemFields,
  noteFields,
  purchaseOrderTables,
  scheduleLineFields,
} from './purchase-order-fields.ts';

const header: EntityType = {
  set: 'A_PurchaseOrder',
  type: 'A_PurchaseOrderType',
  table: purchaseOrderTables.header,
  keys: ['PurchaseOrder'],
  properties: {
    PurchaseOrder: computed(text(10)),
    ...headerFields,
    PurchasingDocumentDeletionCode: computed(text(1)),
    DocumentCurrency: text(5),
    ExchangeRate: text(12),
    PurchasingCollectiveNumber: text(10),
    IsEndOfPurposeBlocked: computed(text(1)),
    AddressName: text(40),
    AddressStreetName: text(60),
    AddressHouseNumber: text(10),
    AddressPostalCode: text(10),
    AddressCityName: text(40),
    AddressRegion: text(3),
    AddressCountry: text(3),
    AddressPhoneNumber: text(30),
    AddressFaxNumber: text(30),
    AddressCorrespondenceLanguage: text(2),
  },
  navigations: {
    to_PurchaseOrderItem: { target: 'A_PurchaseOrderItem', many: true, on: { PurchaseOrder: 'PurchaseOrder' } },
    to_PurchaseOrderNote: { target: 'A_PurchaseOrderNote', many: true, on: { PurchaseOrder: 'PurchaseOrder' } },
  },
};

const item: EntityType = {
  set: 'A_PurchaseOrderItem',
  type: 'A_PurchaseOrderItemType',
  table: purchaseOrderTables.item,
  keys: ['PurchaseOrder', 'PurchaseOrderItem'],
  properties: {
    ...itemFields,
    TaxCountry: text(3),
    TaxJurisdiction: text(15),
    TaxDeterminationDate: date,
    ShippingInstruction: text(2),
    ValuationType: text(10),
    Customer: text(10),
    Subcontractor: text(10),
    ItemNetWeight: quantity(13, 3, 'ItemWeightUnit'),
    ItemWeightUnit: text(3),
    EarmarkedFunds: text(10),
    EarmarkedFundsItem: digits(3),
    EarmarkedFundsDocument: text(10),
    EarmarkedFundsDocumentItem: digits(3),
    ProductType: text(2),
    DownPaymentType: text(4),
    DownPaymentPercentageOfTotAmt: decimal(5, 2),
    ReferenceDeliveryAddressID: text(10),
    DeliveryAddressID: computed(text(10)),
    DeliveryAddressName: text(40),
    DeliveryAddressStreetName: text(60),
    DeliveryAddressHouseNumber: text(10),
    DeliveryAddressCityName: text(40),
    DeliveryAddressPostalCode: text(10),
    DeliveryAddressCountry: text(3),
  },
  navigations: {
    to_PurchaseOrder: { target: 'A_PurchaseOrder', many: false, on: { PurchaseOrder: 'PurchaseOrder' } },
    to_ScheduleLine: {
      target: 'A_PurchaseOrderScheduleLine',
      many: true,
      on: { PurchaseOrder: 'PurchasingDocument', PurchaseOrderItem: 'PurchasingDocumentItem' },
    },
    to_PurchaseOrderItemNote: {
      target: 'A_PurchaseOrderItemNote',
      many: true,
      on: { PurchaseOrder: 'PurchaseOrder', PurchaseOrderItem: 'PurchaseOrderItem' },
    },
    to_AccountAssignment: {
      target: 'A_PurOrdAccountAssignment',
      many: true,
      on: { PurchaseOrder: 'PurchaseOrder', PurchaseOrderItem: 'PurchaseOrderItem' },
    },
  },
};

const scheduleLine: EntityType = {
  set: 'A_PurchaseOrderScheduleLine',
  type: 'A_PurchaseOrderScheduleLineType',
  table: purchaseOrderTables.scheduleLine,
  keys: ['PurchasingDocument', 'PurchasingDocumentItem', 'ScheduleLine'],
  properties: {
    PurchasingDocument: stored('PurchaseOrder', computed(text(10))),
    PurchasingDocumentItem: stored('PurchaseOrderItem', computed(digits(5))),
    ...scheduleLineFields,
    ScheduleLineCommittedQuantity: quantity(13, 3, 'PurchaseOrderQuantityUnit'),
  },
  navigations: {},
};

const accountAssignment: EntityType = {
  set: 'A_PurOrdAccountAssignment',
  type: 'A_PurOrdAccountAssignmentType',
  table: purchaseOrderTables.accountAssignment,
  keys: ['PurchaseOrder', 'PurchaseOrderItem', 'AccountAssignmentNumber'],
  properties: { ...accountAssignmentFields, PurchaseOrderQuantityUnit: computed(text(3)), WBSElement: text(24) },
  navigations: {},
};

const note: EntityType = {
  set: 'A_PurchaseOrderNote',
  type: 'A_PurchaseOrderNoteType',
  table: purchaseOrderTables.note,
  keys: ['PurchaseOrder', 'TextObjectType', 'Language'],
  properties: { PurchaseOrder: computed(text(10)), ...noteFields },
  navigations: {},
};

const itemNote: EntityType = {
  set: 'A_PurchaseOrderItemNote',
  type: 'A_PurchaseOrderItemNoteType',
  table: purchaseOrderTables.itemNote,
  keys: ['PurchaseOrder', 'PurchaseOrderItem', 'TextObjectType', 'Language'],
  properties: { PurchaseOrder: computed(text(10)), PurchaseOrderItem: computed(digits(5)), ...noteFields },
  navigations: {},
};

/** API_PURCHASEORDER_PROCESS_SRV: purchase orders by OData V2, without any ETag, as the real one. */
export const purchaseOrderV2: Service = {
  id: 'API_PURCHASEORDER_PROCESS_SRV',
  root: '/sap/opu/odata/sap/API_PURCHASEORDER_PROCESS_SRV',
  namespace: 'API_PURCHASEORDER_PROCESS_SRV',
  version: 2,
  component: 'MM-PUR-PO',
  entities: {
    A_PurchaseOrder: header,
    A_PurchaseOrderItem: item,
    A_PurchaseOrderScheduleLine: scheduleLine,
    A_PurOrdAccountAssignment: accountAssignment,
    A_PurchaseOrderNote: note,
    A_PurchaseOrderItemNote: itemNote,
  },
};
