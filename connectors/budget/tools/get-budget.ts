import Big from 'big.js';
import { getBudget } from '../../../contracts/get-budget.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { type Allocation, openOf, usedOf } from '../../../lib/core/budget-account.ts';
import { implement, type ReadCall } from '../../../lib/core/tool.ts';
import { heldIn } from '../available.ts';
import { type BudgetClient, budgetOf, lastDayOf } from '../client.ts';
import { accountNameOf } from '../options.ts';

/** At most so many allocations are answered. */
const latest = 20;

/** `get_budget` from the ledger. */
export default implement(getBudget, {
  run: async ({ budget: asked }, { client, today }: ReadCall<BudgetClient>) => {
    const budget = budgetOf(client.settings, asked, today);
    const { kind, id, fiscalYear, currency, amount } = budget;
    const account = await client.account(accountNameOf(budget));
    const digits = digitsOf(currency);
    const held = heldIn(account, today);
    const consumed = account.allocations.reduce((sum, each) => sum.plus(usedOf(each)), new Big(0));
    return {
      budget: { kind, id, fiscalYear },
      currency,
      limit: new Big(amount).toFixed(digits),
      allocated: held.toFixed(digits),
      consumed: consumed.toFixed(digits),
      available: new Big(amount).minus(held).toFixed(digits),
      fiscalYear: lastDayOf(budget) < today ? ('closed' as const) : ('open' as const),
      allocations: account.allocations
        .slice(-latest)
        .toReversed()
        .map((each) => rowOf(each, { today, digits })),
      total: account.allocations.length,
      keptBy: 'countersign' as const,
    };
  },
});

function rowOf(allocation: Allocation, { today, digits }: { readonly today: string; readonly digits: number }) {
  const { id, purpose, amount, expiresOn, released = false } = allocation;
  return {
    allocation: id,
    purpose,
    allocated: amount,
    consumed: usedOf(allocation).toFixed(digits),
    open: openOf(allocation, today).toFixed(digits),
    ...(expiresOn !== undefined && { expiresOn }),
    released,
  };
}
