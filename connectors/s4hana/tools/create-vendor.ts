import * as z from 'zod';
import { createVendor } from '../../../contracts/create-vendor.ts';
import { masked, type TaxId } from '../../../contracts/vendors/tax-id.ts';
import { tellingWords } from '../../../contracts/vendors/vendor-name.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { string } from '../../../lib/protocols/odata-fields.ts';
import { eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { organisational } from '../organisation.ts';
import { blocksSchema, statusOfVendor, versionOfBlocks } from '../vendor.ts';
import { expectNewVendor } from '../vendor-duplicates.ts';

type Input = z.output<typeof createVendor.input>;

/** An external id of the partner, 20 long. */
const referenceField = 'BusinessPartnerIDByExtSystem';
/** The reason that S/4HANA delivers for "blocked for payment". */
const blockedForPayment = 'A';

/** `create_vendor` as one deep insert of a business partner with a vendor's roles; `A_Supplier` itself cannot be created. */
export default implement(createVendor, {
  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const body = documentOf(input, call);
    await expectNewVendor(input, call);
    const service = call.client.service('businessPartner');
    const answer = await service.change({ method: 'POST', path: 'A_BusinessPartner', body }, call);
    const created = z.object({ BusinessPartner: z.string().min(1) }).safeParse(answer);
    if (created.success) return created.data.BusinessPartner;
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed a vendor without naming it.', {
      applied: 'unknown',
    });
  },

  read: async (document, _: Input, call: Call<S4hanaClient>) => {
    const service = call.client.service('businessPartner');
    const found = await service.find('A_BusinessPartner', { BusinessPartner: document }, { expand }, vendor, call);
    if (!found) return undefined;
    const { Supplier: supplier, to_Supplier: kept, ...partner } = found.value;
    if (!kept)
      throw new CountersignError('PENDING_IN_ERP', `Business partner ${document} is not a vendor yet.`, {
        applied: 'unknown',
      });
    const { purchasing, posting, payment } = kept;
    const blocks = { purchasing, posting, payment };
    return {
      document: { id: document, number: document },
      status: statusOfVendor(blocks),
      version: versionOfBlocks(supplier, blocks),
      supplier,
      name: partner.BusinessPartnerName,
      country: partner.to_BusinessPartnerAddress[0]?.Country ?? '',
      taxIds: partner.to_BusinessPartnerTax.map((tax) => ({
        type: tax.BPTaxType,
        value: masked(tax.BPTaxNumber || tax.BPTaxLongNumber),
      })),
      paymentTerms: kept.to_SupplierCompany[0]?.PaymentTerms ?? '',
      currency: kept.to_SupplierPurchasingOrg[0]?.PurchaseOrderCurrency ?? '',
      blocks,
    };
  },

  lookup: byReference(async (_: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const row = z.object({ BusinessPartner: string });
    const query = { filter: eq(referenceField, call.reference), select: ['BusinessPartner'] };
    const found = await call.client.service('businessPartner').rows('A_BusinessPartner', query, row, call);
    return found.map(({ BusinessPartner }) => BusinessPartner);
  }),
});

const expand =
  'to_BusinessPartnerAddress,to_BusinessPartnerTax,to_Supplier/to_SupplierCompany,to_Supplier/to_SupplierPurchasingOrg';

const vendor = z.object({
  Supplier: string,
  BusinessPartnerName: string,
  to_BusinessPartnerAddress: z.array(z.object({ Country: string })),
  to_BusinessPartnerTax: z.array(z.object({ BPTaxType: string, BPTaxNumber: string, BPTaxLongNumber: string })),
  to_Supplier: z
    .intersection(
      blocksSchema,
      z.object({
        to_SupplierCompany: z.array(z.object({ PaymentTerms: string })),
        to_SupplierPurchasingOrg: z.array(z.object({ PurchaseOrderCurrency: string })),
      }),
    )
    .nullable(),
});

function documentOf(input: Input, { client, organisation, reference }: WriteCall<S4hanaClient>) {
  const { settings } = client;
  const { name, vendorType, taxIds, address, paymentTerms, currency, language = settings.language } = input;
  if (settings.paymentTerms?.includes(paymentTerms) === false)
    throw new CountersignError('INVALID_PAYMENT_TERMS', `New vendors do not get payment terms ${paymentTerms}.`);
  const grouping = settings.vendorGroupings?.[vendorType];
  const [first, second] = nameFields(name);
  return {
    BusinessPartnerCategory: '2',
    ...(grouping !== undefined && { BusinessPartnerGrouping: grouping }),
    OrganizationBPName1: first,
    ...(second !== '' && { OrganizationBPName2: second }),
    SearchTerm1: tellingWords(name).join(' ').toUpperCase().slice(0, 20),
    CorrespondenceLanguage: language,
    [referenceField]: reference,
    to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLVN00' }, { BusinessPartnerRole: 'FLVN01' }],
    to_BusinessPartnerAddress: [addressOf(input, language)],
    to_BusinessPartnerTax: taxIds.map((tax) => ({
      BPTaxType: taxCategory(tax, address.country),
      BPTaxNumber: tax.value,
    })),
    to_Supplier: {
      PaymentIsBlockedForSupplier: true,
      to_SupplierCompany: [
        {
          CompanyCode: organisational(organisation, 'companyCode'),
          ReconciliationAccount: organisational(organisation, 'reconciliationAccount'),
          PaymentTerms: paymentTerms,
          PaymentBlockingReason: blockedForPayment,
        },
      ],
      to_SupplierPurchasingOrg: [
        {
          PurchasingOrganization: organisational(organisation, 'purchasingOrganization'),
          PurchaseOrderCurrency: currency,
          PaymentTerms: paymentTerms,
        },
      ],
    },
  };
}

function addressOf({ address, email, phone }: Input, language: string) {
  const { street, houseNumber, postalCode, city, region, country } = address;
  return {
    StreetName: street,
    ...(houseNumber !== undefined && { HouseNumber: houseNumber }),
    PostalCode: postalCode,
    CityName: city,
    ...(region !== undefined && { Region: region }),
    Country: country,
    Language: language,
    to_EmailAddress: [{ EmailAddress: email, IsDefaultEmailAddress: true }],
    ...(phone !== undefined && {
      to_PhoneNumber: [{ PhoneNumber: phone, PhoneNumberType: '1', DestinationLocationCountry: country }],
    }),
  };
}

/** Two fields of 40, divided between words where there is one to divide at. */
function nameFields(name: string): readonly [string, string] {
  if (name.length <= 40) return [name, ''];
  const space = name.lastIndexOf(' ', 40);
  const [end, start] = space >= name.length - 41 && space > 0 ? [space, space + 1] : [40, 40];
  return [name.slice(0, end), name.slice(start)];
}

/** SAP's categories: the country and a digit, 0 for the VAT id; the employer identification number of the US is US2 (BUPA_TAXNUMTYPE). */
const taxCategory = ({ type }: TaxId, country: string): string =>
  type === 'vat' ? `${country}0` : country === 'US' ? 'US2' : `${country}1`;
