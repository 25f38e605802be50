import { allocateBudget } from '../../contracts/allocate-budget.ts';
import { getBudget } from '../../contracts/get-budget.ts';
import { releaseBudget } from '../../contracts/release-budget.ts';
import { type BusinessSystem, toolEntry } from '../../lib/core/system.ts';
import { accountNameOf, type BudgetOptions, checkOptions } from './options.ts';

const tools = [
  toolEntry(getBudget, () => import('./tools/get-budget.ts')),
  toolEntry(allocateBudget, () => import('./tools/allocate-budget.ts')),
  toolEntry(releaseBudget, () => import('./tools/release-budget.ts')),
];

/**
 * Budgets whose books Countersign keeps itself: the limits stand in the configuration, the allocations in its ledger.
 * Throws `ConfigurationError` naming the first wrong field.
 */
export function budget(options: BudgetOptions): BusinessSystem<(typeof tools)[number]> {
  checkOptions(options);
  return {
    kind: 'budget',
    isaLevel: 4,
    origins: 'ledger',
    accounts: options.budgets.map(accountNameOf),
    settings: { timeZone: options.timeZone ?? 'UTC', budgets: options.budgets },
    organisation: { default: {} },
    tools,
    load: async () => (await import('./connector.ts')).connector,
  };
}
