import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { date, id, text, version, writeOutput } from './shapes.ts';

const entry = z.strictObject({ validTo: date, fixed: z.boolean(), blocked: z.boolean() });

/**
 * Ends an entry of the list of approved suppliers: after `endsOn` it approves nothing. One that would not have begun by then is taken off
 * the list. It only ever shortens; what has ended by that day already, or is not there, is answered as it is. Throws `STALE_STATE`.
 */
export const removeApprovedSupplier = defineContract({
  name: 'remove_approved_supplier',
  effect: 'update',
  summary: 'Ends the approval of a supplier for one item at one site, on a day.',
  input: z.strictObject({
    supplier: id('supplier'),
    item: id('item'),
    site: id('site'),
    /** First day of the entry that is meant. */
    validFrom: date,
    /** The last day on which it approves the supplier. */
    endsOn: date,
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({
    supplier: z.string(),
    item: z.string(),
    site: z.string(),
    validFrom: date,
    /** Absent where the entry is off the list. */
    validTo: date.optional(),
    /** The entry before; absent where there was none. */
    before: entry.optional(),
  }),
  errors: ['STALE_STATE', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: {
        supplier: '17300001',
        item: 'RM-6204',
        site: '1010',
        validFrom: '2021-04-01',
        endsOn: '2099-12-31',
        reason: 'The contract ends',
      },
      output: {
        document: { id: 'RM-6204 1010', number: '1' },
        status: 'closed',
        version: 'c8d2',
        supplier: '17300001',
        item: 'RM-6204',
        site: '1010',
        validFrom: '2021-04-01',
        validTo: '2099-12-31',
        before: { validTo: '9999-12-31', fixed: false, blocked: false },
        deviations: [],
      },
    },
  ],
  siteOf: ({ site }) => site,
  aboutOf: ({ item, site }) => `sources of item ${item} at site ${site}`,
  businessKey: ({ supplier, item, site, validFrom }) => JSON.stringify([supplier, item, site, validFrom]),
});
