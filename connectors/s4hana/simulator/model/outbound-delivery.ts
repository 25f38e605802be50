import { computed, date, digits, type EntityType, fixed, flag, quantity, type Service, text } from '../odata/edm.ts';

const header: EntityType = {
  set: 'A_OutbDeliveryHeader',
  type: 'A_OutbDeliveryHeaderType',
  table: 'outbound_delivery',
  keys: ['DeliveryDocument'],
  etag: { column: 'DeliveryVersion' },
  properties: {
    DeliveryDocument: computed(text(10)),
    DeliveryDocumentType: computed(text(4)),
    DeliveryVersion: computed(text(4)),
    ShippingPoint: fixed(text(4)),
    SoldToParty: computed(text(10)),
    ShipToParty: computed(text(10)),
    SalesOrganization: computed(text(4)),
    CreationDate: computed(date),
    CreatedByUser: computed(text(12)),
    LastChangeDate: computed(date),
    // The real service lets clients change these three, though not give them on creation.
    DeliveryDocumentBySupplier: computed(text(35)),
    BillOfLading: computed(text(35)),
    DeliveryBlockReason: computed(text(2)),
    DeliveryDate: computed(date),
    PlannedGoodsIssueDate: computed(date),
    ActualGoodsMovementDate: computed(date),
    CompleteDeliveryIsDefined: computed(flag),
    Warehouse: computed(text(3)),
    OverallPickingStatus: computed(text(1)),
    OverallPackingStatus: computed(text(1)),
    OverallWarehouseActivityStatus: computed(text(1)),
    OverallGoodsMovementStatus: computed(text(1)),
    OverallDelivReltdBillgStatus: computed(text(1)),
    OverallSDProcessStatus: computed(text(1)),
    // A custom field of the delivery header, as a key user adds one.
    YY1_Countersign_DLH: text(20),
  },
  navigations: {
    to_DeliveryDocumentItem: {
      target: 'A_OutbDeliveryItem',
      many: true,
      on: { DeliveryDocument: 'DeliveryDocument' },
    },
  },
};

const item: EntityType = {
  set: 'A_OutbDeliveryItem',
  type: 'A_OutbDeliveryItemType',
  table: 'outbound_delivery_item',
  keys: ['DeliveryDocument', 'DeliveryDocumentItem'],
  properties: {
    DeliveryDocument: computed(text(10)),
    DeliveryDocumentItem: computed(digits(6)),
    DeliveryDocumentItemText: computed(text(40)),
    Material: computed(text(40)),
    Plant: computed(text(4)),
    StorageLocation: computed(text(4)),
    Batch: computed(text(10)),
    MaterialIsBatchManaged: computed(flag),
    ActualDeliveryQuantity: quantity(13, 3, 'DeliveryQuantityUnit'),
    OriginalDeliveryQuantity: computed(quantity(13, 3, 'DeliveryQuantityUnit')),
    DeliveryQuantityUnit: text(3),
    ReferenceSDDocument: text(10),
    ReferenceSDDocumentItem: digits(6),
    ReferenceSDDocumentCategory: computed(text(4)),
    PickingStatus: computed(text(1)),
    GoodsMovementStatus: computed(text(1)),
    DeliveryRelatedBillingStatus: computed(text(1)),
  },
  navigations: {},
};

/**
 * API_OUTBOUND_DELIVERY_SRV, version 2: deliveries with reference to sales orders. By its metadata a header takes only the
 * shipping point and custom fields when it is created.
 */
export const outboundDeliveryService: Service = {
  id: 'API_OUTBOUND_DELIVERY_SRV',
  root: '/sap/opu/odata/sap/API_OUTBOUND_DELIVERY_SRV;v=0002',
  namespace: 'API_OUTBOUND_DELIVERY_SRV',
  version: 2,
  component: 'LE-SHP',
  entities: { A_OutbDeliveryHeader: header, A_OutbDeliveryItem: item },
  functions: {
    PostGoodsIssue: { on: 'A_OutbDeliveryHeader', parameters: {} },
    ReverseGoodsIssue: { on: 'A_OutbDeliveryHeader', parameters: { ActualGoodsMovementDate: date } },
  },
};
