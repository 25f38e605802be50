import {
  computed,
  date,
  decimal,
  type EntityType,
  flag,
  quantity,
  type Service,
  text,
  timestamp,
} from '../odata/edm.ts';

const ofProduct = { Product: 'Product' } as const;
const ofPlant = { Product: 'Product', Plant: 'Plant' } as const;

const product: EntityType = {
  set: 'A_Product',
  type: 'A_ProductType',
  table: 'product',
  keys: ['Product'],
  properties: {
    Product: text(40),
    ProductType: text(4),
    CrossPlantStatus: text(2),
    CrossPlantStatusValidityDate: date,
    CreationDate: computed(date),
    CreatedByUser: computed(text(12)),
    LastChangeDate: computed(date),
    LastChangedByUser: computed(text(12)),
    LastChangeDateTime: computed(timestamp),
    IsMarkedForDeletion: flag,
    ProductOldID: text(40),
    GrossWeight: quantity(13, 3, 'WeightUnit'),
    PurchaseOrderQuantityUnit: text(3),
    WeightUnit: text(3),
    NetWeight: quantity(13, 3, 'WeightUnit'),
    CountryOfOrigin: text(3),
    ProductGroup: text(9),
    BaseUnit: text(3),
    ItemCategoryGroup: text(4),
    ProductHierarchy: text(18),
    Division: text(2),
    SizeOrDimensionText: text(32),
    IndustryStandardName: text(18),
    ProductStandardID: text(18),
    ProductManufacturerNumber: text(40),
    ManufacturerNumber: text(10),
    IsBatchManagementRequired: flag,
    IndustrySector: text(1),
  },
  navigations: {
    to_Description: { target: 'A_ProductDescription', many: true, on: ofProduct },
    to_Plant: { target: 'A_ProductPlant', many: true, on: ofProduct },
    to_ProductProcurement: { target: 'A_ProductProcurement', many: false, on: ofProduct },
    to_ProductUnitsOfMeasure: { target: 'A_ProductUnitsOfMeasure', many: true, on: ofProduct },
  },
};

const description: EntityType = {
  set: 'A_ProductDescription',
  type: 'A_ProductDescriptionType',
  table: 'product_description',
  keys: ['Product', 'Language'],
  properties: { Product: text(40), Language: text(2), ProductDescription: text(40) },
  navigations: {},
};

const plant: EntityType = {
  set: 'A_ProductPlant',
  type: 'A_ProductPlantType',
  table: 'product_plant',
  keys: ['Product', 'Plant'],
  properties: {
    Product: text(40),
    Plant: text(4),
    PurchasingGroup: text(3),
    CountryOfOrigin: text(3),
    ProfileCode: text(2),
    ProfileValidityStartDate: date,
    AvailabilityCheckType: text(2),
    ProfitCenter: text(10),
    GoodsReceiptDuration: decimal(3, 0),
    IsMarkedForDeletion: flag,
    MRPType: text(2),
    MRPResponsible: text(3),
    ABCIndicator: text(1),
    MinimumLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    MaximumLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    FixedLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    IsBatchManagementRequired: flag,
    ProcurementType: text(1),
    BaseUnit: text(3),
    GoodsIssueUnit: text(3),
  },
  navigations: {
    to_ProductPlantProcurement: { target: 'A_ProductPlantProcurement', many: false, on: ofPlant },
    to_ProductSupplyPlanning: { target: 'A_ProductSupplyPlanning', many: false, on: ofPlant },
  },
};

const plantProcurement: EntityType = {
  set: 'A_ProductPlantProcurement',
  type: 'A_ProductPlantProcurementType',
  table: 'product_plant',
  keys: ['Product', 'Plant'],
  properties: {
    Product: text(40),
    Plant: text(4),
    IsAutoPurOrdCreationAllowed: flag,
    IsSourceListRequired: flag,
    SourceOfSupplyCategory: text(1),
    ItmIsRlvtToJITDelivSchedules: text(1),
  },
  navigations: {},
};

const supplyPlanning: EntityType = {
  set: 'A_ProductSupplyPlanning',
  type: 'A_ProductSupplyPlanningType',
  table: 'product_plant',
  keys: ['Product', 'Plant'],
  properties: {
    Product: text(40),
    Plant: text(4),
    FixedLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    MaximumLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    MinimumLotSizeQuantity: quantity(13, 3, 'BaseUnit'),
    LotSizeRoundingQuantity: quantity(13, 3, 'BaseUnit'),
    LotSizingProcedure: text(2),
    MRPType: text(2),
    MRPResponsible: text(3),
    SafetyStockQuantity: quantity(13, 3, 'BaseUnit'),
    ReorderThresholdQuantity: quantity(13, 3, 'BaseUnit'),
    PlannedDeliveryDurationInDays: decimal(3, 0),
    TotalReplenishmentLeadTime: decimal(3, 0),
    GoodsReceiptDuration: decimal(3, 0),
    ProcurementType: text(1),
    ABCIndicator: text(1),
    BaseUnit: text(3),
  },
  navigations: {},
};

const procurement: EntityType = {
  set: 'A_ProductProcurement',
  type: 'A_ProductProcurementType',
  table: 'product',
  keys: ['Product'],
  properties: {
    Product: text(40),
    PurchaseOrderQuantityUnit: text(3),
    VarblPurOrdUnitStatus: text(1),
    PurchasingAcknProfile: text(4),
  },
  navigations: {},
};

const unit: EntityType = {
  set: 'A_ProductUnitsOfMeasure',
  type: 'A_ProductUnitsOfMeasureType',
  table: 'product_unit',
  keys: ['Product', 'AlternativeUnit'],
  properties: {
    Product: text(40),
    AlternativeUnit: text(3),
    QuantityNumerator: decimal(5, 0),
    QuantityDenominator: decimal(5, 0),
    GrossWeight: quantity(13, 3, 'WeightUnit'),
    WeightUnit: text(3),
    GlobalTradeItemNumber: text(18),
    BaseUnit: text(3),
  },
  navigations: {},
};

/** API_PRODUCT_SRV: items with descriptions, units, and what each plant plans and buys. */
export const productService: Service = {
  id: 'API_PRODUCT_SRV',
  root: '/sap/opu/odata/sap/API_PRODUCT_SRV',
  namespace: 'API_PRODUCT_SRV',
  version: 2,
  component: 'LO-MD-MM',
  entities: {
    A_Product: product,
    A_ProductDescription: description,
    A_ProductPlant: plant,
    A_ProductPlantProcurement: plantProcurement,
    A_ProductSupplyPlanning: supplyPlanning,
    A_ProductProcurement: procurement,
    A_ProductUnitsOfMeasure: unit,
  },
};
