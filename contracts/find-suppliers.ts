import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { freshnessExample, id, page, pageOutput, readOutput, reportedPrice, text, untrusted } from './shapes.ts';

const offer = z.strictObject({
  price: reportedPrice.optional(),
  /** The item's id at the supplier. */
  supplierItem: untrusted().optional(),
  leadTimeDays: z.int().optional(),
  regular: z.boolean(),
});

/** Finds suppliers by name, or the suppliers of an item with what they offer. Throws `ITEM_NOT_FOUND`. */
export const findSuppliers = defineContract({
  name: 'find_suppliers',
  effect: 'read',
  summary: 'Finds suppliers by words of their name, or the suppliers that offer an item, with price and lead time.',
  input: z
    .strictObject({ query: text(80).optional(), item: id('item').optional(), ...page })
    .refine(({ query, item }) => (query === undefined) !== (item === undefined), {
      message: 'give either words of the name or an item',
      path: ['query'],
    }),
  output: readOutput({
    suppliers: z.array(
      z.strictObject({
        supplier: z.string(),
        name: untrusted(),
        /** Blocked for purchasing. */
        blocked: z.boolean(),
        offer: offer.optional(),
      }),
    ),
    ...pageOutput,
  }),
  errors: ['ITEM_NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { item: 'RM-6204' },
      output: {
        suppliers: [
          {
            supplier: '17300001',
            name: 'Norland Bearings',
            blocked: false,
            offer: {
              price: { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
              leadTimeDays: 10,
              regular: true,
            },
          },
        ],
        total: 1,
        ...freshnessExample,
      },
    },
    {
      input: { query: 'bearings', limit: 3 },
      output: {
        suppliers: [{ supplier: '17300001', name: 'Norland Bearings', blocked: false }],
        total: 1,
        ...freshnessExample,
      },
    },
  ],
});
