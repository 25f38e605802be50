import Big from 'big.js';
import * as z from 'zod';
import { type Comparison, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { releaseBudget } from './release-budget.ts';
import { allocationId, budgetOfYear, budgetRef, currency, date, money, text, writeOutput } from './shapes.ts';

/**
 * Sets money of a budget aside for something that is still to be ordered. Orders name the allocation (`budgetAllocation`)
 * and use it up: without that the budget would be committed twice. Throws `BUDGET_EXCEEDED` with what is available.
 */
export const allocateBudget = defineContract({
  name: 'allocate_budget',
  effect: 'create',
  summary: 'Allocates money of one budget to a purpose, once in effect; the order then names the allocation.',
  input: z.strictObject({
    amount: money,
    budget: budgetRef,
    purpose: text(100),
    /** The last day on which what no document has used is still held. */
    expiresOn: date.optional(),
  }),
  output: writeOutput({
    allocation: allocationId,
    budget: budgetOfYear,
    allocated: money,
    availableAfter: z.strictObject({ amount: z.string(), currency }),
    budgetCurrency: currency,
    /** Whose books these are: no document of an ERP stands behind them. */
    keptBy: z.literal('countersign'),
  }),
  errors: ['BUDGET_EXCEEDED', 'BUDGET_NOT_FOUND', 'FISCAL_YEAR_CLOSED', 'CURRENCY_NOT_ALLOWED', 'DATE_IN_PAST'],
  examples: [
    {
      input: {
        amount: { amount: '900.00', currency: 'EUR' },
        budget: { kind: 'cost_center', id: '4711' },
        purpose: 'Bearings for line 3',
      },
      output: {
        document: { id: 'cost_center.4711.2026.L7Q2M0ZK8W4T', number: 'cost_center.4711.2026.L7Q2M0ZK8W4T' },
        status: 'released',
        version: 'b7c1',
        allocation: 'cost_center.4711.2026.L7Q2M0ZK8W4T',
        budget: { kind: 'cost_center', id: '4711', fiscalYear: 2026 },
        allocated: { amount: '900.00', currency: 'EUR' },
        availableAfter: { amount: '24100.00', currency: 'EUR' },
        budgetCurrency: 'EUR',
        keptBy: 'countersign',
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  amountOf: ({ amount }) => amount,
  counterpartyOf: ({ budget }) => `budget ${budget.kind} ${budget.id}`,
  aboutOf: ({ budget }) => `budget ${budget.kind} ${budget.id}`,
  validate: ({ amount, expiresOn }, { today }) => {
    if (!new Big(amount.amount).gt(0)) throw new CountersignError('INPUT_INVALID', 'Allocate more than nothing.');
    if (expiresOn !== undefined && expiresOn < today)
      throw new CountersignError('DATE_IN_PAST', `${expiresOn} lies before ${today}.`);
  },
  undoneBy: {
    contract: releaseBudget,
    inputFor: ({ output }) => ({ allocation: output.allocation, reason: 'What it was allocated for did not happen' }),
  },
  compare: ({ amount, budget }, { allocated, budget: kept }): Comparison => ({
    ours:
      budget.kind === kept.kind &&
      budget.id === kept.id &&
      amount.currency === allocated.currency &&
      new Big(amount.amount).eq(allocated.amount),
    deviations: [],
    exceeds: false,
  }),
});
