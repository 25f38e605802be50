import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { companyCurrencies, groupings, paymentTerms, plants, reconciliationAccounts } from '../model/organisation.ts';
import { notSimulated } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, oneOf, refuseIf, required } from './given.ts';
import { dayOf, nextNumber } from './numbers.ts';

/** Roles of a vendor: for accounting, which needs company data, and for purchasing. */
const vendorRoles = ['FLVN00', 'FLVN01'];

const countryOf = (row: Row, field: string): string => {
  const country = required(row, field);
  refuseIf(!/^[A-Z]{2}$/.test(country), 'AM/010', `Country ${country} is not defined.`, field);
  return country;
};

const addressChanges = (address: Row, { values, children }: Tree): Change[] => {
  required(values, 'CityName');
  countryOf(values, 'Country');
  const list = (table: 'address_email' | 'address_phone', field: string): Change[] =>
    (children[table] ?? []).map((each, index) => {
      required(each.values, field);
      const OrdinalNumber = given(each.values, 'OrdinalNumber') || String(index + 1).padStart(3, '0');
      return put(table, { ...each.values, AddressID: address['AddressID'] ?? '', Person: '', OrdinalNumber });
    });
  return [
    put('business_partner_address', { ...values, ...address }),
    ...list('address_email', 'EmailAddress'),
    ...list('address_phone', 'PhoneNumber'),
  ];
};

const taxChange = (partner: string, { values }: Tree): Change => {
  const type = required(values, 'BPTaxType');
  refuseIf(!/^[A-Z]{2}\d[A-Z]?$/.test(type), 'R11/207', `Tax number category ${type} is not defined.`, 'BPTaxType');
  const number = given(values, 'BPTaxNumber') || required(values, 'BPTaxLongNumber');
  // Real systems look closer; this is the rule that they all share.
  const fits = !type.endsWith('0') || /^[A-Z]{2}[A-Z0-9+*]{2,}$/.test(number);
  refuseIf(!fits, 'AR/128', `Tax number ${number} is not valid for category ${type}.`, 'BPTaxNumber');
  return put('business_partner_tax_number', { ...values, BusinessPartner: partner });
};

const companyChange = (supplier: Row, { values }: Tree): Change => {
  oneOf(values, 'CompanyCode', Object.keys(companyCurrencies));
  oneOf(values, 'ReconciliationAccount', reconciliationAccounts);
  checkTerms(values);
  const reason = given(values, 'PaymentBlockingReason');
  refuseIf(!['', 'A'].includes(reason), 'F5/132', `Blocking reason ${reason} is not defined.`, 'PaymentBlockingReason');
  return put('supplier_company', { ...values, Supplier: supplier['Supplier'] ?? '' });
};

const purchasingChange = (supplier: Row, { values }: Tree): Change => {
  oneOf(
    values,
    'PurchasingOrganization',
    plants.map(({ purchasingOrganization }) => purchasingOrganization),
  );
  required(values, 'PurchaseOrderCurrency');
  checkTerms(values);
  return put('supplier_purchasing_org', { ...values, Supplier: supplier['Supplier'] ?? '' });
};

const checkTerms = (values: Row): void => {
  const terms = given(values, 'PaymentTerms');
  const known = terms === '' || paymentTerms.includes(terms);
  refuseIf(!known, 'F2/205', `Terms of payment key ${terms} is not defined.`, 'PaymentTerms');
};

/** The vendor that the roles of a partner ask for, with its company and purchasing data. */
const supplierChanges = (partner: Row, { children }: Tree, roles: readonly string[]): Change[] => {
  const [tree] = children['supplier'] ?? [];
  const own = tree?.children ?? {};
  const companies = own['supplier_company'] ?? [];
  const organizations = own['supplier_purchasing_org'] ?? [];
  const message = (role: string) => `Role ${role} has not been maintained.`;
  refuseIf(companies.length > 0 && !roles.includes('FLVN00'), 'CVIC_UI/001', message('FLVN00'), 'to_SupplierCompany');
  const isBuying = organizations.length > 0;
  refuseIf(isBuying && !roles.includes('FLVN01'), 'CVIC_UI/001', message('FLVN01'), 'to_SupplierPurchasingOrg');
  const name = partner['BusinessPartnerName'] ?? '';
  const { Supplier = '', CreatedByUser = '', CreationDate = '' } = partner;
  const supplier: Row = {
    SupplierAccountGroup: 'SUPL',
    ...tree?.values,
    ...{ Supplier, CreatedByUser, CreationDate, SupplierName: name, SupplierFullName: name },
  };
  return [
    put('supplier', supplier),
    ...companies.map((each) => companyChange(supplier, each)),
    ...organizations.map((each) => purchasingChange(supplier, each)),
  ];
};

const headerOf = ({ values }: Tree, { now, user }: Circumstances, numbers: Row): Row => {
  if (required(values, 'BusinessPartnerCategory') !== '2')
    throw notSimulated('creating a business partner that is no organisation');
  const grouping = given(values, 'BusinessPartnerGrouping') || (groupings[0] ?? '');
  oneOf({ BusinessPartnerGrouping: grouping }, 'BusinessPartnerGrouping', groupings);
  const name = `${required(values, 'OrganizationBPName1')} ${given(values, 'OrganizationBPName2')}`.trim();
  return {
    ...values,
    ...numbers,
    BusinessPartnerGrouping: grouping,
    ...{ BusinessPartnerName: name, BusinessPartnerFullName: name },
    ...{ CreatedByUser: user, CreationDate: dayOf(now), LastChangeDate: dayOf(now) },
  };
};

/** Creates a business partner of category organisation, and the vendor where it has a vendor's role. Nothing is checked for duplicates. */
export const createBusinessPartner = (circumstances: Circumstances, tree: Tree): Outcome => {
  const { view } = circumstances;
  const { children } = tree;
  const roles = (children['business_partner_role'] ?? []).map(({ values }) =>
    oneOf(values, 'BusinessPartnerRole', vendorRoles),
  );
  refuseIf(children['supplier'] !== undefined && roles.length === 0, 'CVIC_UI/001', 'Enter a role of a vendor.');
  const own = nextNumber(view, 'business_partner');
  const vendor = roles.length > 0 ? nextNumber(view, 'supplier') : undefined;
  const numbers = { BusinessPartner: own.number, Supplier: vendor?.number ?? '' };
  const header = headerOf(tree, circumstances, numbers);
  const addresses = children['business_partner_address'] ?? [];
  if (addresses.length > 1) throw notSimulated('creating several addresses at once');
  const next = nextNumber(view, 'business_partner_address');
  const address = { BusinessPartner: own.number, AddressID: next.number };
  return {
    numbers: [own.change, next.change, ...(vendor ? [vendor.change] : [])],
    changes: [
      put('business_partner', header),
      ...roles.map((role) => put('business_partner_role', { BusinessPartner: own.number, BusinessPartnerRole: role })),
      ...addresses.flatMap((each) => addressChanges(address, each)),
      ...(children['business_partner_tax_number'] ?? []).map((each) => taxChange(own.number, each)),
      ...(vendor ? supplierChanges(header, tree, roles) : []),
    ],
    row: header,
    reference: given(header, 'BusinessPartnerIDByExtSystem') || null,
  };
};

const partnerOf = (view: View, supplier: string): Row | undefined =>
  view.rows('business_partner').find((row) => row['Supplier'] === supplier);

/** Changes the central data of a vendor, such as its blocks. */
export const changeSupplier = ({ view }: Circumstances, before: Row, { values }: Tree): Outcome => {
  const row: Row = { ...before, ...values };
  const partner = partnerOf(view, given(before, 'Supplier'));
  return { changes: [put('supplier', row)], row, reference: given(partner, 'BusinessPartnerIDByExtSystem') || null };
};
