import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { allocationId, currency, money, text, version, writeOutput } from './shapes.ts';

/**
 * Gives back what is open of an allocation: never what documents have used, and what those give back later is not held
 * again either. Throws `ALLOCATION_CONSUMED` where nothing is open.
 */
export const releaseBudget = defineContract({
  name: 'release_budget',
  effect: 'update',
  summary: 'Releases what is open of one allocation of a budget, once in effect.',
  input: z.strictObject({ allocation: allocationId, reason: text(200), expectedVersion: version.optional() }),
  output: writeOutput({
    allocation: allocationId,
    /** What was open of it, and is available again. */
    released: money,
    /** What documents have used of it. */
    consumed: money,
    budgetCurrency: currency,
    /** Whose books these are. */
    keptBy: z.literal('countersign'),
  }),
  errors: ['NOT_FOUND', 'BUDGET_NOT_FOUND', 'ALLOCATION_CONSUMED', 'STALE_STATE'],
  examples: [
    {
      input: { allocation: 'cost_center.4711.2026.L7Q2M0ZK8W4T', reason: 'No longer needed' },
      output: {
        document: { id: 'cost_center.4711.2026.L7Q2M0ZK8W4T', number: 'cost_center.4711.2026.L7Q2M0ZK8W4T' },
        status: 'closed',
        version: 'c8d2',
        allocation: 'cost_center.4711.2026.L7Q2M0ZK8W4T',
        released: { amount: '900.00', currency: 'EUR' },
        consumed: { amount: '0.00', currency: 'EUR' },
        budgetCurrency: 'EUR',
        keptBy: 'countersign',
        deviations: [],
      },
    },
  ],
  aboutOf: ({ allocation }) => `allocation ${allocation}`,
});
