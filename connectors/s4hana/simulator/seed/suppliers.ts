import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';
import type { Calendar } from './draw.ts';

/** A supplier of the company: what it sells by material group, in which currency, and which block it has. */
export interface Supplier {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly city: string;
  readonly currency: string;
  readonly groups: readonly string[];
  readonly terms: string;
  readonly minimum?: string;
  readonly block?: 'purchasing' | 'posting' | 'purchasing organization' | 'payment' | 'deleted';
}

type Line = readonly [
  name: string,
  country: string,
  city: string,
  currency: string,
  groups: string,
  block?: Supplier['block'],
];

const lines: readonly Line[] = [
  ['Norland Bearings', 'DE', 'Hanover', 'EUR', 'L001 L003'],
  ['Tollmark Rolling Parts', 'AT', 'Linz', 'EUR', 'L001'],
  ['Ostwerk Fasteners', 'DE', 'Leipzig', 'EUR', 'L002'],
  ['Grimsel Screw Works', 'CH', 'Chur', 'CHF', 'L002'],
  ['Haldenau Seals', 'DE', 'Ulm', 'EUR', 'L003'],
  ['Brightwater Lubricants', 'NL', 'Breda', 'EUR', 'L007'],
  ['Kestrelin Pneumatics', 'IT', 'Bergamo', 'EUR', 'L005'],
  ['Tarnowa Electric', 'PL', 'Lublin', 'PLN', 'L006 L009'],
  ['Alpenrand Steel', 'AT', 'Graz', 'EUR', 'L008'],
  ['Mirai Kairo Sensors', 'JP', 'Nagoya', 'JPY', 'L006'],
  ['Almarsa Packaging', 'KW', 'Ahmadi', 'KWD', 'L010'],
  ['Redbank Motion', 'US', 'Dayton', 'USD', 'L004 L006'],
  ['Vellmar Belts', 'DE', 'Kassel', 'EUR', 'L004'],
  ['Sundholm Rollers', 'SE', 'Lund', 'EUR', 'L020'],
  ['Ferrovia Trade', 'IT', 'Brescia', 'EUR', 'L008 L002'],
  ['Quarrin Cables', 'CZ', 'Brno', 'EUR', 'L009'],
  ['Papierhof Boxes', 'DE', 'Fulda', 'EUR', 'L010'],
  ['Delta Nine Supply', 'BE', 'Ghent', 'EUR', 'L001 L002 L003 L004 L005 L006'],
  ['Westmoor Components', 'DE', 'Bremen', 'EUR', 'L001 L003', 'purchasing'],
  ['Kolberg Technical Trade', 'DE', 'Rostock', 'EUR', 'L002 L010', 'posting'],
  ['Savona Drives', 'IT', 'Turin', 'EUR', 'L005 L006', 'purchasing organization'],
  ['Lindqvarn Oils', 'SE', 'Gothenburg', 'EUR', 'L007', 'payment'],
  ['Old Harbour Metals', 'DE', 'Emden', 'EUR', 'L008', 'deleted'],
  ['Pannonia Assembly Parts', 'HU', 'Gyor', 'EUR', 'L020 L004'],
];

/** Every supplier, always the same ones: 17300001, 17300002, ... */
export const suppliers: readonly Supplier[] = lines.map(([name, country, city, currency, groups, block], index) => ({
  id: String(17300001 + index),
  name,
  country,
  city,
  currency,
  groups: groups.split(' '),
  terms: ['NT30', 'NT60', '2K14'][index % 3] ?? 'NT30',
  ...(index % 5 === 3 && { minimum: currency === 'JPY' ? '30000' : '250.00' }),
  ...(block && { block }),
}));

const taxNumber = (index: number): string => String(100_000_000 + ((index * 7_654_321 + 12_345_679) % 899_999_999));

const general = ({ id, name, country, block }: Supplier, created: string, tax: string): Row => ({
  Supplier: id,
  SupplierName: name,
  SupplierFullName: name,
  SupplierAccountGroup: 'SUPL',
  CreatedByUser: 'MDMASTER',
  CreationDate: created,
  VATRegistration: `${country}${tax}`,
  PurchasingIsBlocked: block === 'purchasing',
  PostingIsBlocked: block === 'posting',
  PaymentIsBlockedForSupplier: block === 'payment',
  DeletionIndicator: block === 'deleted',
});

const partner = ({ id, name, country, city }: Supplier, index: number, created: string, tax: string): Change[] => [
  put('business_partner', {
    BusinessPartner: id,
    Supplier: id,
    BusinessPartnerCategory: '2',
    BusinessPartnerGrouping: 'BP02',
    BusinessPartnerName: name,
    BusinessPartnerFullName: name,
    OrganizationBPName1: name,
    SearchTerm1: name.split(' ')[0]?.toUpperCase() ?? '',
    CorrespondenceLanguage: 'EN',
    CreatedByUser: 'MDMASTER',
    CreationDate: created,
    LastChangeDate: created,
  }),
  ...['FLVN00', 'FLVN01'].map((role) =>
    put('business_partner_role', { BusinessPartner: id, BusinessPartnerRole: role }),
  ),
  put('business_partner_address', {
    BusinessPartner: id,
    AddressID: String(24000 + index),
    CityName: city,
    Country: country,
    PostalCode: String(10000 + index * 137),
    StreetName: 'Industrial Street',
    HouseNumber: String(index + 1),
    Language: 'EN',
  }),
  put('business_partner_tax_number', {
    BusinessPartner: id,
    BPTaxType: `${country}0`,
    BPTaxNumber: `${country}${tax}`,
  }),
];

const company = ({ id, terms, block }: Supplier): Row => ({
  Supplier: id,
  CompanyCode: '1010',
  CompanyCodeName: 'Trading company',
  PaymentTerms: terms,
  PaymentMethodsList: 'T',
  ReconciliationAccount: '21100000',
  SupplierIsBlockedForPosting: false,
  PaymentBlockingReason: block === 'payment' ? 'A' : '',
});

const purchasing = ({ id, country, city, currency, terms, minimum, block }: Supplier, index: number): Row => ({
  Supplier: id,
  PurchasingOrganization: '1010',
  PurchaseOrderCurrency: currency,
  PaymentTerms: terms,
  IncotermsClassification: country === 'DE' ? 'FCA' : 'DAP',
  IncotermsLocation1: city,
  InvoiceIsGoodsReceiptBased: true,
  MinimumOrderAmount: minimum ?? '0',
  MaterialPlannedDeliveryDurn: index === 0 ? '10' : String(5 + (index % 9)),
  PurchasingGroup: '001',
  PurchasingIsBlockedForSupplier: block === 'purchasing organization',
});

const records = (supplier: Supplier, index: number, calendar: Calendar): Change[] => {
  const created = index === 0 ? '2021-04-01' : calendar.day(-(300 + index * 61));
  const tax = taxNumber(index);
  return [
    ...partner(supplier, index, created, tax),
    put('supplier', general(supplier, created, tax)),
    put('supplier_company', company(supplier)),
    put('supplier_purchasing_org', purchasing(supplier, index)),
  ];
};

/** Records of all suppliers: general, company, purchasing, address and tax data. */
export const seedSuppliers = (calendar: Calendar): Change[] =>
  suppliers.flatMap((supplier, index) => records(supplier, index, calendar));
