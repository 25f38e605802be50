import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { date, id, text, version, writeOutput } from './shapes.ts';

/** Takes a goods issue back, for goods that have not left after all. Throws `NOT_FOUND`, `STALE_STATE`, `ALREADY_BILLED`, `PERIOD_CLOSED`, `DATE_IN_PAST`. */
export const reverseGoodsIssue = defineContract({
  name: 'reverse_goods_issue',
  effect: 'update',
  summary: 'Takes the goods issue of a delivery back that is not billed and whose goods have not left after all.',
  input: z.strictObject({
    delivery: id('delivery'),
    /** Posting date of the reversal. */
    reversalDate: date,
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({}),
  errors: ['NOT_FOUND', 'STALE_STATE', 'ALREADY_BILLED', 'PERIOD_CLOSED', 'DATE_IN_PAST', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: { delivery: '80000005', reversalDate: '2099-01-15', reason: 'The carrier did not come' },
      output: {
        document: { id: '80000005', number: '80000005' },
        status: 'released',
        version: 'd9e3',
        deviations: [],
      },
    },
  ],
  aboutOf: ({ delivery }) => `delivery ${delivery}`,
  businessKey: ({ delivery }) => delivery,
  validate: ({ reversalDate }, { today }) => {
    if (reversalDate < today) throw new CountersignError('DATE_IN_PAST', `${reversalDate} lies before ${today}.`);
  },
});
