import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { freshnessExample, page, pageOutput, readOutput, text, unit, untrusted } from './shapes.ts';

/** Finds items by words of their description or the beginning of their id. No further errors. */
export const findItems = defineContract({
  name: 'find_items',
  effect: 'read',
  summary: 'Finds items by words of their description or the beginning of their id.',
  input: z.strictObject({ query: text(80), ...page }),
  output: readOutput({
    items: z.array(
      z.strictObject({
        item: z.string(),
        description: untrusted(),
        category: z.string().optional(),
        baseUnit: unit,
        /** Not to be purchased, whatever the site. */
        blocked: z.boolean(),
      }),
    ),
    ...pageOutput,
  }),
  errors: ['UNIT_UNKNOWN'],
  examples: [
    {
      input: { query: 'ball bearing 6204' },
      output: {
        items: [
          {
            item: 'RM-6204',
            description: 'Deep groove ball bearing 6204',
            category: 'L001',
            baseUnit: 'C62',
            blocked: false,
          },
        ],
        total: 1,
        ...freshnessExample,
      },
    },
  ],
});
