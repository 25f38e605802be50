import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { id, text, version, writeOutput } from './shapes.ts';

/**
 * Rejects every line of a credit memo request that is not billed yet, so that nothing of it is ever credited. One that is
 * rejected already stays as it is. Throws `NOT_FOUND`, `STALE_STATE`, `ALREADY_BILLED`.
 */
export const rejectCreditMemoRequest = defineContract({
  name: 'reject_credit_memo_request',
  effect: 'update',
  summary: 'Rejects a credit memo request of which nothing has been billed yet.',
  input: z.strictObject({
    request: id('credit_memo_request'),
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({ rejectedLines: z.array(z.string()) }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'ALREADY_BILLED', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: { request: '60000001', reason: 'The customer keeps the goods' },
      output: {
        document: { id: '60000001', number: '60000001' },
        status: 'cancelled',
        version: 'c8d2',
        rejectedLines: ['10'],
        deviations: [],
      },
    },
  ],
  aboutOf: ({ request }) => `credit memo request ${request}`,
  businessKey: ({ request }) => request,
});
