import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { date, freshnessExample, id, page, pageOutput, readOutput, reportedQuantity, unit } from './shapes.ts';

const entry = z.strictObject({
  /** `reservation` is demand, the others are supply. */
  kind: z.enum(['purchase_order', 'purchase_requisition', 'reservation']),
  document: z.string(),
  line: z.string(),
  site: z.string(),
  /** In the base unit. */
  open: reportedQuantity,
  date: date.optional(),
  supplier: z.string().optional(),
  /** Whether the system has released it. */
  released: z.boolean(),
  /** Of a requisition's line: what `close_purchase_requisition` compares. */
  version: z.string().optional(),
});

/** Finds what is already on its way or asked for, so that a shortage is not ordered twice. Throws `ITEM_NOT_FOUND`, `SITE_NOT_FOUND`. */
export const findOpenSupply = defineContract({
  name: 'find_open_supply',
  effect: 'read',
  summary:
    'Finds open purchase orders, requisitions and reservations of one item: look before ordering a shortage again.',
  input: z.strictObject({ item: id('item'), site: id('site').optional(), ...page }),
  output: readOutput({
    entries: z.array(entry),
    /** Over all entries, not only this page. */
    totals: z.strictObject({
      ordered: reportedQuantity,
      requested: reportedQuantity,
      /** Absent where the system does not tell reservations. */
      reserved: reportedQuantity.optional(),
    }),
    baseUnit: unit,
    ...pageOutput,
  }),
  errors: ['ITEM_NOT_FOUND', 'SITE_NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { item: 'RM-6204' },
      output: {
        entries: [
          {
            kind: 'purchase_order',
            document: '4500000001',
            line: '10',
            site: '1010',
            open: { value: '80', unit: 'C62' },
            date: '2026-02-01',
            supplier: '17300001',
            released: true,
          },
        ],
        totals: { ordered: { value: '80', unit: 'C62' }, requested: { value: '0', unit: 'C62' } },
        baseUnit: 'C62',
        total: 1,
        ...freshnessExample,
      },
    },
  ],
  siteOf: ({ site }) => site,
});
