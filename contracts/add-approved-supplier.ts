import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { removeApprovedSupplier } from './remove-approved-supplier.ts';
import { date, id, writeOutput } from './shapes.ts';

/**
 * Puts a supplier on the list of those that an item may be bought from, for one site and one period. The entry is known by supplier, item,
 * site and first day; one that is there exactly as it is asked for is answered as it is, one that differs is never changed.
 * Throws `ENTRY_EXISTS` for other dates or flags from the same day on, `OVERLAP` for a period that meets another one of this supplier, or
 * as fixed source one of any supplier's, `SUPPLIER_BLOCKED`, `DATE_IN_PAST`.
 */
export const addApprovedSupplier = defineContract({
  name: 'add_approved_supplier',
  effect: 'update',
  summary: 'Approves a supplier for one item at one site and a period, by an entry of its source list.',
  input: z
    .strictObject({
      supplier: id('supplier'),
      item: id('item'),
      site: id('site'),
      validFrom: date,
      /** The last day; `9999-12-31` where no end is foreseen. */
      validTo: date,
      /** Planning orders from this supplier only. */
      fixed: z.boolean().default(false),
      /** An entry that forbids the supplier rather than allows it. */
      blocked: z.boolean().default(false),
    })
    .refine(({ validFrom, validTo }) => validFrom <= validTo, { message: 'lies before validFrom', path: ['validTo'] })
    .refine(({ fixed, blocked }) => !(fixed && blocked), { message: 'cannot be fixed as well', path: ['blocked'] }),
  output: writeOutput({
    supplier: z.string(),
    item: z.string(),
    site: z.string(),
    validFrom: date,
    validTo: date,
    fixed: z.boolean(),
    blocked: z.boolean(),
    /** Whether it was there before, exactly so: undoing then leaves it. */
    existed: z.boolean(),
  }),
  errors: [
    'ITEM_NOT_FOUND',
    'SITE_NOT_FOUND',
    'NOT_FOUND',
    'SUPPLIER_BLOCKED',
    'ENTRY_EXISTS',
    'OVERLAP',
    'DATE_IN_PAST',
    'DOCUMENT_LOCKED',
  ],
  examples: [
    {
      input: {
        supplier: '17300002',
        item: 'RM-6204',
        site: '1010',
        validFrom: '2099-01-01',
        validTo: '2099-12-31',
      },
      output: {
        document: { id: 'RM-6204 1010', number: '2' },
        status: 'released',
        version: 'b7c1',
        supplier: '17300002',
        item: 'RM-6204',
        site: '1010',
        validFrom: '2099-01-01',
        validTo: '2099-12-31',
        fixed: false,
        blocked: false,
        existed: false,
        deviations: [],
      },
    },
  ],
  siteOf: ({ site }) => site,
  aboutOf: ({ item, site }) => `sources of item ${item} at site ${site}`,
  validate: ({ validTo }, { today }) => {
    if (validTo < today) throw new CountersignError('DATE_IN_PAST', `${validTo} lies before ${today}.`);
  },
  businessKey: ({ supplier, item, site, validFrom }) => JSON.stringify([supplier, item, site, validFrom]),
  undoneBy: {
    contract: removeApprovedSupplier,
    inputFor: ({ output: { supplier, item, site, validFrom, validTo, existed }, today }) => {
      const yesterday = dayBefore(today);
      return {
        ...{ supplier, item, site, validFrom, reason: 'What it was approved for does not take place.' },
        // What was there before ends when it would have ended.
        endsOn: existed && validTo > yesterday ? validTo : yesterday,
      };
    },
  },
});

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
