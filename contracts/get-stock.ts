import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { freshnessExample, id, readOutput, reportedQuantity, unit } from './shapes.ts';

/** What a quantity in stock may be used for. */
const stockType = z.enum(['unrestricted', 'quality', 'blocked', 'in_transit', 'special', 'other']);

const row = z.strictObject({
  site: z.string(),
  storageLocation: z.string().optional(),
  batch: z.string().optional(),
  stockType,
  /** Supplier, customer, project or order that special stock belongs to. */
  specialStockOwner: z.string().optional(),
  quantity: reportedQuantity,
});

/** Reads the stock of an item. What the system cannot tell is absent, not zero. Throws `ITEM_NOT_FOUND`, `SITE_NOT_FOUND`. */
export const getStock = defineContract({
  name: 'get_stock',
  effect: 'read',
  summary: 'Reads the stock of one item by site, storage location and kind of stock, and what is reserved of it.',
  input: z.strictObject({
    item: id('item'),
    site: id('site').optional(),
    storageLocation: id('storage_location').optional(),
    stockTypes: z.array(stockType).min(1).max(6).optional(),
  }),
  output: readOutput({
    rows: z.array(row),
    /** Unrestricted stock of the item, in the sites and storage location asked for. */
    onHand: reportedQuantity,
    /** Open quantity of reservations, in the same sites. */
    reserved: reportedQuantity.optional(),
    baseUnit: unit,
  }),
  errors: ['ITEM_NOT_FOUND', 'SITE_NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { item: 'RM-6204', site: '1010' },
      output: {
        rows: [
          { site: '1010', storageLocation: '101A', stockType: 'unrestricted', quantity: { value: '140', unit: 'C62' } },
        ],
        onHand: { value: '140', unit: 'C62' },
        baseUnit: 'C62',
        ...freshnessExample,
      },
    },
  ],
  siteOf: ({ site }) => site,
});
