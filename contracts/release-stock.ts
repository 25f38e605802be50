import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { id, reportedQuantity, text, version, writeOutput } from './shapes.ts';

/**
 * Releases what is still open of a reservation; what was withdrawn stays withdrawn. A line that is released already is answered as it is.
 * Throws `STALE_STATE`, `ALREADY_WITHDRAWN` where nothing is left to release.
 */
export const releaseStock = defineContract({
  name: 'release_stock',
  effect: 'update',
  summary: 'Releases what is still open of one reserved line, and says how much had been withdrawn.',
  input: z.strictObject({
    reservation: id('reservation'),
    /** Needed where there are several lines. */
    line: id('line').optional(),
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({
    line: z.string(),
    item: z.string(),
    /** What is no longer reserved. */
    released: reportedQuantity,
    /** What had been withdrawn before, and is gone. */
    withdrawn: reportedQuantity,
  }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'ALREADY_WITHDRAWN', 'DOCUMENT_LOCKED', 'UNSUPPORTED_BY_SYSTEM'],
  examples: [
    {
      input: { reservation: '20001', reason: 'The repair was called off' },
      output: {
        document: { id: '20001', number: '20001' },
        status: 'closed',
        version: 'c8d2',
        line: '1',
        item: 'RM-6204',
        released: { value: '25', unit: 'C62' },
        withdrawn: { value: '15', unit: 'C62' },
        deviations: [],
      },
    },
  ],
  aboutOf: ({ reservation }) => `reservation ${reservation}`,
  businessKey: ({ reservation, line }) => JSON.stringify([reservation, line]),
});
