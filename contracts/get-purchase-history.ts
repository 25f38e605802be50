import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import {
  currency,
  date,
  freshnessExample,
  id,
  readOutput,
  reportedPrice,
  reportedQuantity,
  untrusted,
} from './shapes.ts';

const entry = z.strictObject({
  order: z.string(),
  line: z.string(),
  orderDate: date.optional(),
  supplier: z.string(),
  supplierName: untrusted(),
  site: z.string(),
  ordered: reportedQuantity,
  unitPrice: reportedPrice,
  currency,
  received: reportedQuantity,
  /** Of the last goods receipt. */
  receivedOn: date.optional(),
  /** Days between the promised date and the last receipt; absent before a receipt. */
  daysLate: z.int().optional(),
  /** What was invoiced in all, per the quantity that was invoiced. */
  invoicedUnitPrice: reportedPrice.optional(),
  cancelled: z.boolean(),
});

/** Reads the last purchases of an item, newest first. Throws `ITEM_NOT_FOUND`. */
export const getPurchaseHistory = defineContract({
  name: 'get_purchase_history',
  effect: 'read',
  summary: 'Reads the last purchases of one item: prices, quantities, suppliers, how late they came. Newest first.',
  input: z.strictObject({
    item: id('item'),
    supplier: id('supplier').optional(),
    site: id('site').optional(),
    includeCancelled: z.boolean().default(false),
    limit: z.int().min(1).max(50).default(5),
  }),
  output: readOutput({ entries: z.array(entry) }),
  errors: ['ITEM_NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { item: 'RM-6204' },
      output: {
        entries: [
          {
            order: '4500000001',
            line: '10',
            orderDate: '2026-01-05',
            supplier: '17300001',
            supplierName: 'Norland Bearings',
            site: '1010',
            ordered: { value: '200', unit: 'C62' },
            unitPrice: { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
            currency: 'EUR',
            received: { value: '120', unit: 'C62' },
            receivedOn: '2026-02-03',
            daysLate: 2,
            cancelled: false,
          },
        ],
        ...freshnessExample,
      },
    },
  ],
  siteOf: ({ site }) => site,
});
