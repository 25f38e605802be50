import { computed, date, digits, type EntityType, fixed, flag, type Service, text, timestamp } from '../odata/edm.ts';

const source: EntityType = {
  set: 'A_PurchasingSource',
  type: 'A_PurchasingSourceType',
  table: 'source_list',
  keys: ['Material', 'Plant', 'SourceListRecord'],
  properties: {
    Material: fixed(text(40)),
    Plant: fixed(text(4)),
    SourceListRecord: computed(digits(5)),
    CreationDate: computed(date),
    CreatedByUserName: computed(text(12)),
    ValidityStartDate: date,
    ValidityEndDate: date,
    Supplier: fixed(text(10)),
    PurchasingOrganization: fixed(text(4)),
    SupplyingPlant: text(4),
    OrderQuantityUnit: text(3),
    PurchaseOutlineAgreement: text(10),
    PurchaseOutlineAgreementItem: digits(5),
    SupplierIsFixed: flag,
    SourceOfSupplyIsBlocked: flag,
    MRPSourcingControl: text(1),
    LastChangeDateTime: computed(timestamp),
    IssgPlantIsFixed: flag,
    PurOutlineAgreementIsFixed: flag,
    SourceOfSupplyIsFixed: computed(flag),
  },
  navigations: {},
  etag: { column: 'LastChangeDateTime' },
};

/** API_PURCHASING_SOURCE_SRV: who may supply which material to which plant, and when. */
export const sourceListService: Service = {
  id: 'API_PURCHASING_SOURCE_SRV',
  root: '/sap/opu/odata/sap/API_PURCHASING_SOURCE_SRV',
  namespace: 'API_PURCHASING_SOURCE_SRV',
  version: 2,
  component: 'MM-PUR-SQ-SLI',
  entities: { A_PurchasingSource: source },
};
