import {
  amount,
  computed,
  date,
  decimal,
  digits,
  type EntityType,
  fixed,
  flag,
  type Service,
  text,
} from '../odata/edm.ts';

const businessPartner: EntityType = {
  set: 'A_BusinessPartner',
  type: 'A_BusinessPartnerType',
  table: 'business_partner',
  keys: ['BusinessPartner'],
  properties: {
    BusinessPartner: computed(text(10)),
    Customer: computed(text(10)),
    Supplier: computed(text(10)),
    BusinessPartnerCategory: text(1),
    BusinessPartnerFullName: computed(text(81)),
    BusinessPartnerGrouping: text(4),
    BusinessPartnerName: computed(text(81)),
    CorrespondenceLanguage: text(2),
    CreatedByUser: computed(text(12)),
    CreationDate: computed(date),
    LastChangeDate: computed(date),
    LegalForm: text(2),
    OrganizationBPName1: text(40),
    OrganizationBPName2: text(40),
    SearchTerm1: text(20),
    SearchTerm2: text(20),
    BusinessPartnerIsBlocked: flag,
    IsMarkedForArchiving: flag,
    BusinessPartnerIDByExtSystem: text(20),
  },
  navigations: {
    to_BusinessPartnerAddress: {
      target: 'A_BusinessPartnerAddress',
      many: true,
      on: { BusinessPartner: 'BusinessPartner' },
    },
    to_BusinessPartnerTax: {
      target: 'A_BusinessPartnerTaxNumber',
      many: true,
      on: { BusinessPartner: 'BusinessPartner' },
    },
    to_BusinessPartnerRole: {
      target: 'A_BusinessPartnerRole',
      many: true,
      on: { BusinessPartner: 'BusinessPartner' },
    },
    to_Supplier: { target: 'A_Supplier', many: false, on: { Supplier: 'Supplier' }, inserted: true },
  },
};

const role: EntityType = {
  set: 'A_BusinessPartnerRole',
  type: 'A_BusinessPartnerRoleType',
  table: 'business_partner_role',
  keys: ['BusinessPartner', 'BusinessPartnerRole'],
  properties: {
    BusinessPartner: computed(text(10)),
    BusinessPartnerRole: fixed(text(6)),
    AuthorizationGroup: text(4),
  },
  navigations: {},
};

const emailAddress: EntityType = {
  set: 'A_AddressEmailAddress',
  type: 'A_AddressEmailAddressType',
  table: 'address_email',
  keys: ['AddressID', 'Person', 'OrdinalNumber'],
  properties: {
    AddressID: computed(text(10)),
    Person: computed(text(10)),
    OrdinalNumber: fixed(digits(3)),
    IsDefaultEmailAddress: flag,
    EmailAddress: text(241),
  },
  navigations: {},
};

const phoneNumber: EntityType = {
  set: 'A_AddressPhoneNumber',
  type: 'A_AddressPhoneNumberType',
  table: 'address_phone',
  keys: ['AddressID', 'Person', 'OrdinalNumber'],
  properties: {
    AddressID: computed(text(10)),
    Person: computed(text(10)),
    OrdinalNumber: fixed(digits(3)),
    DestinationLocationCountry: text(3),
    IsDefaultPhoneNumber: flag,
    PhoneNumber: text(30),
    PhoneNumberType: text(1),
  },
  navigations: {},
};

const address: EntityType = {
  set: 'A_BusinessPartnerAddress',
  type: 'A_BusinessPartnerAddressType',
  table: 'business_partner_address',
  keys: ['BusinessPartner', 'AddressID'],
  properties: {
    BusinessPartner: computed(text(10)),
    AddressID: computed(text(10)),
    CityName: text(40),
    Country: text(3),
    HouseNumber: text(10),
    Language: text(2),
    PostalCode: text(10),
    Region: text(3),
    StreetName: text(60),
  },
  navigations: {
    to_EmailAddress: { target: 'A_AddressEmailAddress', many: true, on: { AddressID: 'AddressID' } },
    to_PhoneNumber: { target: 'A_AddressPhoneNumber', many: true, on: { AddressID: 'AddressID' } },
  },
};

const taxNumber: EntityType = {
  set: 'A_BusinessPartnerTaxNumber',
  type: 'A_BusinessPartnerTaxNumberType',
  table: 'business_partner_tax_number',
  keys: ['BusinessPartner', 'BPTaxType'],
  properties: {
    BusinessPartner: computed(text(10)),
    BPTaxType: fixed(text(4)),
    BPTaxNumber: text(20),
    BPTaxLongNumber: text(60),
    AuthorizationGroup: text(4),
  },
  navigations: {},
};

const supplier: EntityType = {
  set: 'A_Supplier',
  type: 'A_SupplierType',
  table: 'supplier',
  keys: ['Supplier'],
  properties: {
    Supplier: computed(text(10)),
    AlternativePayeeAccountNumber: text(10),
    AuthorizationGroup: text(4),
    CreatedByUser: computed(text(12)),
    CreationDate: computed(date),
    Customer: text(10),
    PaymentIsBlockedForSupplier: flag,
    PostingIsBlocked: flag,
    PurchasingIsBlocked: flag,
    SupplierAccountGroup: text(4),
    SupplierFullName: computed(text(220)),
    SupplierName: computed(text(80)),
    VATRegistration: computed(text(20)),
    DeletionIndicator: flag,
    Industry: computed(text(4)),
    SupplierProcurementBlock: text(2),
    TaxNumber1: computed(text(16)),
    TaxNumber2: computed(text(11)),
  },
  navigations: {
    to_SupplierCompany: { target: 'A_SupplierCompany', many: true, on: { Supplier: 'Supplier' } },
    to_SupplierPurchasingOrg: { target: 'A_SupplierPurchasingOrg', many: true, on: { Supplier: 'Supplier' } },
  },
};

const company: EntityType = {
  set: 'A_SupplierCompany',
  type: 'A_SupplierCompanyType',
  table: 'supplier_company',
  keys: ['Supplier', 'CompanyCode'],
  properties: {
    Supplier: computed(text(10)),
    CompanyCode: fixed(text(4)),
    CompanyCodeName: computed(text(25)),
    PaymentBlockingReason: text(1),
    SupplierIsBlockedForPosting: flag,
    PaymentMethodsList: text(10),
    PaymentTerms: text(4),
    ReconciliationAccount: text(10),
    Currency: text(5),
    DeletionIndicator: flag,
    SupplierAccountGroup: text(4),
  },
  navigations: { to_Supplier: { target: 'A_Supplier', many: false, on: { Supplier: 'Supplier' } } },
};

const purchasingOrganization: EntityType = {
  set: 'A_SupplierPurchasingOrg',
  type: 'A_SupplierPurchasingOrgType',
  table: 'supplier_purchasing_org',
  keys: ['Supplier', 'PurchasingOrganization'],
  properties: {
    Supplier: computed(text(10)),
    PurchasingOrganization: fixed(text(4)),
    DeletionIndicator: flag,
    IncotermsClassification: text(3),
    IncotermsLocation1: text(70),
    InvoiceIsGoodsReceiptBased: flag,
    MaterialPlannedDeliveryDurn: decimal(3, 0),
    MinimumOrderAmount: amount(14, 3, 'PurchaseOrderCurrency'),
    PaymentTerms: text(4),
    PurchaseOrderCurrency: text(5),
    PurchasingGroup: text(3),
    PurchasingIsBlockedForSupplier: flag,
    SupplierRespSalesPersonName: text(30),
    SupplierPhoneNumber: text(16),
    SupplierConfirmationControlKey: text(4),
    SupplierAccountGroup: text(4),
  },
  navigations: {},
};

/** API_BUSINESS_PARTNER: suppliers with their company and purchasing data, addresses and tax numbers; no bank data. */
export const businessPartnerService: Service = {
  id: 'API_BUSINESS_PARTNER',
  root: '/sap/opu/odata/sap/API_BUSINESS_PARTNER',
  namespace: 'API_BUSINESS_PARTNER',
  version: 2,
  component: 'LO-MD-BP',
  entities: {
    A_BusinessPartner: businessPartner,
    A_BusinessPartnerRole: role,
    A_BusinessPartnerAddress: address,
    A_AddressEmailAddress: emailAddress,
    A_AddressPhoneNumber: phoneNumber,
    A_BusinessPartnerTaxNumber: taxNumber,
    A_Supplier: supplier,
    A_SupplierCompany: company,
    A_SupplierPurchasingOrg: purchasingOrganization,
  },
};
