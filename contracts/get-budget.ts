import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import {
  allocationId,
  budgetOfYear,
  budgetRef,
  currency,
  date,
  freshnessExample,
  readOutput,
  untrusted,
} from './shapes.ts';

/** What is left of one budget, and for what the rest is set aside. Amounts are decimals in its currency. */
export const getBudget = defineContract({
  name: 'get_budget',
  effect: 'read',
  summary: 'Reads what is available of one budget, and its latest allocations.',
  input: z.strictObject({ budget: budgetRef }),
  output: readOutput({
    budget: budgetOfYear,
    currency,
    limit: z.string(),
    /** What allocations hold: what documents have used of them, and what is open. */
    allocated: z.string(),
    consumed: z.string(),
    /** Less than zero where the limit was lowered, or an order took effect that nobody expected any more. */
    available: z.string(),
    /** Whether something can still be allocated in its fiscal year. */
    fiscalYear: z.enum(['open', 'closed']),
    /** The latest twenty, newest first. */
    allocations: z.array(
      z.strictObject({
        allocation: allocationId,
        purpose: untrusted(),
        allocated: z.string(),
        consumed: z.string(),
        open: z.string(),
        expiresOn: date.optional(),
        released: z.boolean(),
      }),
    ),
    /** Number of all. */
    total: z.int(),
    keptBy: z.literal('countersign'),
  }),
  errors: ['BUDGET_NOT_FOUND'],
  examples: [
    {
      input: { budget: { kind: 'cost_center', id: '4711' } },
      output: {
        budget: { kind: 'cost_center', id: '4711', fiscalYear: 2026 },
        currency: 'EUR',
        limit: '25000.00',
        allocated: '900.00',
        consumed: '450.00',
        available: '24100.00',
        fiscalYear: 'open',
        allocations: [
          {
            allocation: 'cost_center.4711.2026.L7Q2M0ZK8W4T',
            purpose: 'Bearings for line 3',
            allocated: '900.00',
            consumed: '450.00',
            open: '450.00',
            released: false,
          },
        ],
        total: 1,
        keptBy: 'countersign',
        ...freshnessExample,
        source: 'budget',
      },
    },
  ],
});
