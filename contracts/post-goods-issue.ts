import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { goodsIssueBriefing } from './briefings/shipping.ts';
import { date, id, version, writeOutput } from './shapes.ts';

/**
 * Posts the goods issue of a picked delivery: stock and books say from then on that the goods have left. One that is posted
 * stays as it is. Throws `NOT_FOUND`, `STALE_STATE`, `NOT_PICKED`, `WAREHOUSE_MANAGED`, `STOCK_DEFICIT`, `PERIOD_CLOSED`,
 * `BATCH_MISSING`, `ALREADY_POSTED` where somebody else was a moment faster.
 */
export const postGoodsIssue = defineContract({
  name: 'post_goods_issue',
  effect: 'update',
  summary: 'Posts the goods issue of a picked delivery, dated on the day of posting: the goods have left.',
  input: z.strictObject({ delivery: id('delivery'), expectedVersion: version.optional() }),
  output: writeOutput({ postedOn: date.optional() }),
  errors: [
    'NOT_FOUND',
    'STALE_STATE',
    'NOT_PICKED',
    'WAREHOUSE_MANAGED',
    'STOCK_DEFICIT',
    'PERIOD_CLOSED',
    'BATCH_MISSING',
    'ALREADY_POSTED',
    'DOCUMENT_LOCKED',
  ],
  examples: [
    {
      input: { delivery: '80000003' },
      output: {
        document: { id: '80000003', number: '80000003' },
        status: 'fulfilled',
        version: 'c8d2',
        postedOn: '2026-01-15',
        deviations: [],
      },
    },
  ],
  aboutOf: ({ delivery }) => `delivery ${delivery}`,
  businessKey: ({ delivery }) => delivery,
  briefing: goodsIssueBriefing,
  datedWhenSent: true,
});
