import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { blockBriefing } from './briefings/vendor.ts';
import { id, text, version, writeOutput } from './shapes.ts';

/** What of a vendor can be blocked. */
export const vendorScope = z.enum(['purchasing', 'posting', 'payment']);
const state = z.enum(['open', 'blocked']);

/** What of a vendor is blocked for the whole company; single organisations may block more. */
export const vendorBlocks = z.strictObject({ purchasing: state, posting: state, payment: state });

/**
 * Blocks a vendor for new orders, for postings, or for payment, everywhere in the company. It deletes nothing, and lifts no block: `before`
 * says what had been blocked already, so that whoever lifts ours leaves theirs. What is blocked already is answered as it is.
 * Open items stay open. Throws `NOT_FOUND`, `STALE_STATE`.
 */
export const blockVendor = defineContract({
  name: 'block_vendor',
  effect: 'update',
  summary: 'Blocks a vendor for new orders, for postings or for payment; deletes nothing.',
  input: z.strictObject({
    supplier: id('supplier'),
    scopes: z.array(vendorScope).min(1).max(3),
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({ supplier: z.string(), before: vendorBlocks, blocks: vendorBlocks }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: { supplier: '17300018', scopes: ['purchasing', 'payment'], reason: 'The account could not be verified' },
      output: {
        document: { id: '17300018', number: '17300018' },
        status: 'closed',
        version: 'c8d2',
        supplier: '17300018',
        before: { purchasing: 'open', posting: 'open', payment: 'open' },
        blocks: { purchasing: 'blocked', posting: 'open', payment: 'blocked' },
        deviations: [],
      },
    },
  ],
  aboutOf: ({ supplier }) => `supplier ${supplier}`,
  briefing: blockBriefing,
  businessKey: ({ supplier, scopes }) => JSON.stringify([supplier, [...scopes].sort()]),
});
