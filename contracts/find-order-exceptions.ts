import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { currency, date, freshnessExample, id, page, pageOutput, readOutput, reportedQuantity } from './shapes.ts';

/** Kinds of exceptions: `late` is open quantity whose confirmed date, else requested date, has passed. */
const kind = z.enum([
  'late',
  'delivery_block',
  'billing_block',
  'credit_block',
  'partly_delivered',
  'unconfirmed',
  'rejected_lines',
]);

const exception = z.strictObject({
  kind,
  order: z.string(),
  /** Absent where the whole order is concerned. */
  line: z.string().optional(),
  customer: z.string(),
  dueDate: date.optional(),
  /** Zero where the date has not passed. */
  daysLate: z.int(),
  openQuantity: reportedQuantity.optional(),
  openAmount: z.strictObject({ amount: z.string(), currency }),
  /** The system's code of the reason, where it gives one. */
  cause: z.string().optional(),
});

/** Finds sales orders that need attention, the latest first. Throws `RESULT_TOO_LARGE` when there are too many to look at. */
export const findOrderExceptions = defineContract({
  name: 'find_order_exceptions',
  effect: 'read',
  summary: 'Finds open sales orders that are late, blocked, unconfirmed or only partly delivered, the latest first.',
  input: z.strictObject({
    kinds: z.array(kind).min(1).max(7),
    customer: id('customer').optional(),
    site: id('site').optional(),
    /** Requested delivery date, both ends included. */
    from: date.optional(),
    to: date.optional(),
    ...page,
  }),
  output: readOutput({ exceptions: z.array(exception), ...pageOutput }),
  errors: ['RESULT_TOO_LARGE', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { kinds: ['late', 'delivery_block', 'credit_block'] },
      output: {
        exceptions: [
          {
            kind: 'late',
            order: '17',
            line: '10',
            customer: '10100003',
            dueDate: '2026-01-02',
            daysLate: 13,
            openQuantity: { value: '12', unit: 'C62' },
            openAmount: { amount: '348.00', currency: 'EUR' },
          },
        ],
        total: 1,
        ...freshnessExample,
      },
    },
  ],
  siteOf: ({ site }) => site,
});
