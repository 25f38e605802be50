import Big from 'big.js';
import * as z from 'zod';
import { getSupplier } from '../../../contracts/get-supplier.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { masked } from '../../../contracts/vendors/tax-id.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { date, string } from '../../../lib/protocols/odata-fields.ts';
import { eq, oneOf, or } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { orderService } from '../purchase-order/access.ts';
import { type Supplier, supplierSchema, wholeSupplier } from '../supplier.ts';

type Input = z.output<typeof getSupplier.input>;

const partner = z.object({
  BusinessPartner: string,
  Supplier: string,
  to_BusinessPartnerAddress: z.array(z.object({ Country: string })),
  to_BusinessPartnerTax: z.array(z.object({ BPTaxType: string, BPTaxNumber: string, BPTaxLongNumber: string })),
});

type Partner = z.output<typeof partner>;

/** `get_supplier` from the business partner and supplier services; the first order from the purchase orders. */
export default implement(getSupplier, {
  run: async (input: Input, call: Call<S4hanaClient>) => {
    const { client, organisation } = call;
    const found = await partnerOf(input, call);
    const [supplier, firstOrderOn] = await Promise.all([
      client
        .service('businessPartner')
        .find('A_Supplier', { Supplier: found.Supplier }, wholeSupplier, supplierSchema, call),
      firstOrder(found.Supplier, call),
    ]);
    if (!supplier) throw new CountersignError('NOT_FOUND', `There is no supplier ${found.Supplier}.`);
    const { name, createdOn, organizations } = supplier.value;
    const country = found.to_BusinessPartnerAddress.find(({ Country }) => Country)?.Country;
    const own = organizations.find(({ organization }) => organization === organisation['purchasingOrganization']);
    return {
      supplier: supplier.value.supplier,
      name,
      ...(country && { country }),
      taxIds: found.to_BusinessPartnerTax.map((tax) => ({
        type: tax.BPTaxType,
        value: masked(tax.BPTaxNumber || tax.BPTaxLongNumber),
      })),
      status: statusOf(supplier.value, organisation['companyCode']),
      ...(own && termsOf(own)),
      ...(createdOn && { createdOn }),
      ...(firstOrderOn && { firstOrderOn }),
    };
  },
});

/** The business partner behind a supplier, or behind a tax id in a country. */
async function partnerOf({ supplier, taxId, country }: Input, call: Call<S4hanaClient>): Promise<Partner> {
  const service = call.client.service('businessPartner');
  const find = (filter: string) =>
    service.rows(
      'A_BusinessPartner',
      { filter, expand: 'to_BusinessPartnerAddress,to_BusinessPartnerTax' },
      partner,
      call,
    );
  if (supplier !== undefined) {
    const [found] = await find(eq('Supplier', supplier));
    return found ?? refuse(`There is no supplier ${supplier}.`);
  }
  const numbers = or(eq('BPTaxNumber', taxId ?? ''), eq('BPTaxLongNumber', taxId ?? ''));
  const row = z.object({ BusinessPartner: string });
  const owners = await service.rows('A_BusinessPartnerTaxNumber', { filter: numbers }, row, call);
  const ids = [...new Set(owners.map(({ BusinessPartner }) => BusinessPartner))];
  const partners = ids.length === 0 ? [] : await find(oneOf('BusinessPartner', ids));
  const match = partners.find(
    (each) => each.Supplier && each.to_BusinessPartnerAddress.some(({ Country }) => Country === country),
  );
  return match ?? refuse(`No supplier in ${country} has this tax id.`);
}

function refuse(detail: string): never {
  throw new CountersignError('NOT_FOUND', detail);
}

async function firstOrder(supplier: string, call: Call<S4hanaClient>): Promise<string | undefined> {
  const { dialect, service } = orderService(call.client);
  const row = z.object({ PurchaseOrderDate: date });
  const query = {
    filter: eq('Supplier', supplier),
    orderBy: 'PurchaseOrderDate',
    top: 1,
    select: ['PurchaseOrderDate'],
  };
  const { rows } = await service.page(dialect.header, query, row, call);
  return rows[0]?.PurchaseOrderDate;
}

/** Central blocks and those of the call's company code; `scope` names where else something is blocked. */
function statusOf(
  { purchasingIsBlocked, postingIsBlocked, paymentIsBlocked, companies, organizations }: Supplier,
  companyCode = '',
) {
  const state = (isBlocked: boolean) => (isBlocked ? ('blocked' as const) : ('open' as const));
  const own = companies.find((company) => company.companyCode === companyCode);
  return {
    purchasing: state(purchasingIsBlocked),
    posting: state(postingIsBlocked || (own?.postingIsBlocked ?? false)),
    payment: state(paymentIsBlocked || (own?.paymentIsBlocked ?? false)),
    scope: organizations.filter(({ isBlocked }) => isBlocked).map(({ organization }) => organization),
  };
}

function termsOf({ paymentTerms, incoterms, currency, minimumOrder }: Supplier['organizations'][number]) {
  return {
    ...(paymentTerms && { paymentTerms }),
    ...(incoterms && { incoterms }),
    ...(currency && { orderCurrency: currency }),
    ...(minimumOrder !== '0' &&
      currency && { minimumOrder: { amount: new Big(minimumOrder).toFixed(digitsOf(currency)), currency } }),
  };
}
