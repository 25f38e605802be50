import * as z from 'zod';
import type { createVendor } from '../../contracts/create-vendor.ts';
import { spellingsOf } from '../../contracts/vendors/tax-id.ts';
import { nameKey, tellingWords } from '../../contracts/vendors/vendor-name.ts';
import { CountersignError, type ErrorCode } from '../../lib/core/errors.ts';
import type { Call } from '../../lib/core/tool.ts';
import { string } from '../../lib/protocols/odata-fields.ts';
import { oneOf, or } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';
import { containsWords } from './words.ts';

type Wanted = Pick<z.output<typeof createVendor.input>, 'taxIds' | 'name' | 'address'>;

/**
 * Refuses a vendor that exists: nothing of an existing one is ever changed.
 * Throws `DUPLICATE_TAX_ID`, `POSSIBLE_DUPLICATE_NAME` with the one that exists.
 */
export async function expectNewVendor({ taxIds, name, address }: Wanted, call: Call<S4hanaClient>): Promise<void> {
  const numbers = taxIds.flatMap(spellingsOf);
  const [byTaxId] = numbers.length === 0 ? [] : await partnersByTaxId(numbers, call);
  if (byTaxId) throw exists('DUPLICATE_TAX_ID', byTaxId);
  const alike = await partnersBy(containsWords('BusinessPartnerName', tellingWords(name).join(' ')), call);
  const same = alike.find(
    (each) =>
      each.Supplier !== '' &&
      nameKey(each.BusinessPartnerName) === nameKey(name) &&
      each.to_BusinessPartnerAddress.some(
        ({ PostalCode, Country }) => PostalCode === address.postalCode && Country === address.country,
      ),
  );
  if (same) throw exists('POSSIBLE_DUPLICATE_NAME', same);
}

const partner = z.object({
  BusinessPartner: string,
  Supplier: string,
  BusinessPartnerName: string,
  to_BusinessPartnerAddress: z.array(z.object({ PostalCode: string, Country: string })),
});
type Partner = z.output<typeof partner>;

const partnersBy = (filter: string, call: Call<S4hanaClient>): Promise<Partner[]> =>
  call.client
    .service('businessPartner')
    .rows('A_BusinessPartner', { filter, expand: 'to_BusinessPartnerAddress' }, partner, call);

async function partnersByTaxId(numbers: readonly string[], call: Call<S4hanaClient>): Promise<Partner[]> {
  const filter = or(oneOf('BPTaxNumber', numbers), oneOf('BPTaxLongNumber', numbers));
  const row = z.object({ BusinessPartner: string });
  const service = call.client.service('businessPartner');
  const owners = await service.rows('A_BusinessPartnerTaxNumber', { filter }, row, call);
  const ids = [...new Set(owners.map(({ BusinessPartner }) => BusinessPartner))];
  return ids.length === 0 ? [] : partnersBy(oneOf('BusinessPartner', ids), call);
}

function exists(code: ErrorCode, { Supplier, BusinessPartner }: Partner): CountersignError {
  const facts = Supplier === '' ? { partner: BusinessPartner } : { supplier: Supplier };
  const what = Supplier === '' ? `business partner ${BusinessPartner}` : `supplier ${Supplier}`;
  return new CountersignError(code, `It is kept as ${what}.`, { facts });
}
