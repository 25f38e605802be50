import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { blockVendor, vendorBlocks, vendorScope } from './block-vendor.ts';
import { newVendorBriefing } from './briefings/vendor.ts';
import { currency, text, untrusted, writeOutput } from './shapes.ts';
import { checkTaxId, masked, taxId } from './vendors/tax-id.ts';
import { nameKey } from './vendors/vendor-name.ts';

const input = z.strictObject({
  name: text(80),
  vendorType: z.enum(['supplier', 'contractor', 'service']),
  address: z.strictObject({
    street: text(60),
    houseNumber: text(10).optional(),
    postalCode: text(10).overwrite((code) => code.toUpperCase()),
    city: text(40),
    region: z
      .string()
      .regex(/^[A-Z0-9]{1,3}(?![\s\S])/, 'use the second part of an ISO 3166-2 code')
      .optional(),
    country: z.string().regex(/^[A-Z]{2}(?![\s\S])/, 'use an ISO 3166 code such as DE'),
  }),
  taxIds: z.array(taxId).max(2).default([]),
  email: z.email().max(241).meta({ 'x-countersign-sensitive': true }),
  phone: z
    .string()
    .regex(/^\+?[0-9][0-9 ()/-]{2,28}(?![\s\S])/, 'use digits, such as +49 511 123456')
    .meta({ 'x-countersign-sensitive': true })
    .optional(),
  /** A code that the company has set up; which ones new vendors may get is configured. */
  paymentTerms: z.string().regex(/^[A-Z0-9]{1,20}(?![\s\S])/, 'use a code such as NT30'),
  currency,
  /** ISO 639, of letters to the vendor. */
  language: z
    .string()
    .regex(/^[A-Z]{2}(?![\s\S])/, 'use an ISO 639 code such as EN')
    .optional(),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: text(64).optional(),
});

const output = writeOutput({
  /** What orders, invoices and `get_supplier` name. */
  supplier: z.string(),
  name: untrusted(),
  country: z.string(),
  /** All but the last three characters are masked. */
  taxIds: z.array(z.strictObject({ type: z.string(), value: z.string() })),
  paymentTerms: z.string(),
  currency: z.string(),
  blocks: vendorBlocks,
});

type Input = z.output<typeof input>;

/**
 * Creates a vendor that can be ordered from and invoice, and cannot be paid: it takes no bank details, and payment stays blocked until a
 * person has verified the account. The form of tax ids is checked as `vendors/tax-id.ts` says. A vendor that exists is left as it is.
 * Throws `DUPLICATE_TAX_ID` and `POSSIBLE_DUPLICATE_NAME` with the `supplier` that exists (`partner` where it is no supplier yet),
 * `INVALID_TAX_ID`, `INVALID_PAYMENT_TERMS`, `PENDING_IN_ERP` where the system wants to release it first.
 */
export const createVendor = defineContract({
  name: 'create_vendor',
  effect: 'create',
  summary: 'Creates a vendor without bank details, blocked for payment until a person has verified the account.',
  input,
  output,
  errors: [
    'DUPLICATE_TAX_ID',
    'POSSIBLE_DUPLICATE_NAME',
    'INVALID_TAX_ID',
    'INVALID_PAYMENT_TERMS',
    'PENDING_IN_ERP',
    'ORG_NOT_CONFIGURED',
  ],
  examples: [
    {
      input: {
        name: 'Sollberg Precision GmbH',
        vendorType: 'supplier',
        address: { street: 'Werkstrasse', houseNumber: '7', postalCode: '30165', city: 'Hanover', country: 'DE' },
        taxIds: [{ type: 'vat', value: 'DE 811 907 980' }],
        email: 'orders@sollberg.example',
        phone: '+49 511 555010',
        paymentTerms: 'NT30',
        currency: 'EUR',
      },
      output: {
        document: { id: '1000000001', number: '1000000001' },
        status: 'released',
        version: 'b7c1',
        supplier: '17300025',
        name: 'Sollberg Precision GmbH',
        country: 'DE',
        taxIds: [{ type: 'DE0', value: '********980' }],
        paymentTerms: 'NT30',
        currency: 'EUR',
        blocks: { purchasing: 'open', posting: 'open', payment: 'blocked' },
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  aboutOf: ({ name }) => `vendor ${name}`,
  validate: ({ taxIds, address }) => {
    for (const each of taxIds) checkTaxId(each, address.country);
  },
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  briefing: newVendorBriefing,
  businessKey: ({ taxIds: [first], address: { country, postalCode }, name }) =>
    JSON.stringify(first ? [country, first.value] : [nameKey(name), postalCode]),
  compare: (asked, actual): Comparison => {
    const ours = nameKey(asked.name) === nameKey(actual.name) && asked.address.country === actual.country;
    // Who could be paid at once would be more than anybody agreed to.
    return { ours, deviations: ours ? deviationsOf(asked, actual) : [], exceeds: actual.blocks.payment === 'open' };
  },
  undoneBy: {
    contract: blockVendor,
    inputFor: ({ output: { supplier } }) => ({
      supplier,
      scopes: vendorScope.options,
      reason: 'What it was created for does not take place.',
    }),
  },
});

function deviationsOf(asked: Input, actual: z.output<typeof output>): Deviation[] {
  const facts = ({
    name,
    paymentTerms,
    currency: code,
    taxIds,
  }: Pick<typeof actual, keyof Input & keyof typeof actual>) => {
    const numbers = taxIds.map(({ value }) => masked(value)).sort();
    return { name, paymentTerms, currency: code, taxIds: numbers.join(' ') };
  };
  const kept: Record<string, string> = facts(actual);
  return Object.entries(facts(asked))
    .filter(([path, requested]) => kept[path] !== requested)
    .map(([path, requested]) => ({ path, requested, actual: kept[path] ?? '' }));
}
