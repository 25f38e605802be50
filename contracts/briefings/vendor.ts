import * as z from 'zod';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { masked, taxId } from '../vendors/tax-id.ts';
import { supplierFacts, supplierIn, supplierMaterial } from './supplier-facts.ts';

const created = z.object({
  name: z.string(),
  vendorType: z.string(),
  address: z.object({ postalCode: z.string(), city: z.string(), country: z.string() }),
  taxIds: z.array(taxId),
  email: z.string(),
  paymentTerms: z.string(),
  currency: z.string(),
});

/** How a new vendor explains itself: who it is, by what can be held against a register. Of addresses of people only the domain. */
export const newVendorBriefing = (): Briefing => ({
  reads: () => ({}),
  dossier: (facts) => {
    const { name, vendorType, address, taxIds, email, paymentTerms, currency } = created.parse(facts.input);
    const place = `${address.country} ${address.postalCode} ${address.city}`;
    const numbers = taxIds.map(({ type, value }) => `${type} ${masked(value)}`).join(', ');
    return {
      action: `Create ${vendorType} ${name}`,
      headline: `New vendor - ${name}, ${place}`,
      facts: [
        { label: 'Name', value: name, untrusted: true },
        { label: 'Place', value: place, untrusted: true },
        numbers === ''
          ? { label: 'Tax ids', value: 'none is given', warning: true }
          : { label: 'Tax ids', value: numbers },
        { label: 'Mail goes to', value: email.slice(email.lastIndexOf('@') + 1), untrusted: true },
        { label: 'Payment terms', value: `${paymentTerms}, orders in ${currency}` },
      ],
      lineHeadings: [],
      lines: [],
      next: 'It can be ordered from, and is blocked for payment until a person has verified its account and lifted the block.',
      undo: 'By blocking it; it is not deleted.',
      material: {},
    };
  },
});

const blocked = z.object({ supplier: z.string(), scopes: z.array(z.string()), reason: z.string() });

/** How a block explains itself: whom it hits, and what is blocked already. */
export const blockBriefing = (): Briefing => ({
  reads: (given) => ({
    supplier: { contract: 'get_supplier', input: { supplier: blocked.parse(given).supplier }, material: true },
  }),
  dossier: (facts) => {
    const { supplier, scopes, reason } = blocked.parse(facts.input);
    const what = `supplier ${supplier} for ${scopes.join(', ')}`;
    return {
      action: `Block ${what}`,
      headline: `Block ${what}`,
      facts: supplierFacts(supplier, facts),
      lineHeadings: [],
      lines: [],
      next: 'It is blocked in every company code and purchasing organisation; open items stay open.',
      undo: 'By a person who lifts the block.',
      note: reason,
      material: supplierMaterial(supplierIn(facts)),
    };
  },
});
