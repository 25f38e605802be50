import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { freshnessExample, id, readOutput, unit, untrusted } from './shapes.ts';

const conversion = z.strictObject({
  unit,
  /** `numerator` base units are `denominator` of this unit. */
  numerator: z.string(),
  denominator: z.string(),
});

const site = z.strictObject({
  site: z.string(),
  blocked: z.boolean(),
  /** Planned days from order to delivery; absent where none is planned. */
  leadTimeDays: z.int().optional(),
  goodsReceiptDays: z.int().optional(),
  minimumLot: z.string().optional(),
});

/** Reads what is needed to order an item: units with their factors, sites, lead times. Throws `ITEM_NOT_FOUND`, `SITE_NOT_FOUND`. */
export const getItem = defineContract({
  name: 'get_item',
  effect: 'read',
  summary:
    'Reads one item: its units and their factors, the sites that keep it, lead times, and whether it is blocked.',
  input: z.strictObject({ item: id('item'), site: id('site').optional() }),
  output: readOutput({
    item: z.string(),
    description: untrusted(),
    type: z.string(),
    category: z.string().optional(),
    baseUnit: unit,
    /** The unit of purchase orders unless another is named. */
    orderUnit: unit,
    conversions: z.array(conversion),
    blocked: z.boolean(),
    sites: z.array(site),
  }),
  errors: ['ITEM_NOT_FOUND', 'SITE_NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { item: 'RM-6204', site: '1010' },
      output: {
        item: 'RM-6204',
        description: 'Deep groove ball bearing 6204',
        type: 'HAWA',
        category: 'L001',
        baseUnit: 'C62',
        orderUnit: 'C62',
        conversions: [],
        blocked: false,
        sites: [{ site: '1010', blocked: false, leadTimeDays: 10 }],
        ...freshnessExample,
      },
    },
  ],
  siteOf: ({ site: asked }) => asked,
});
