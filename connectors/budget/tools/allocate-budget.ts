import Big from 'big.js';
import type * as z from 'zod';
import { allocateBudget } from '../../../contracts/allocate-budget.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { type Allocation, accountOf, type BudgetAccount, checkSize } from '../../../lib/core/budget-account.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { heldIn } from '../available.ts';
import { type BudgetClient, budgetNamed, budgetOf, budgetsOf, lastDayOf } from '../client.ts';
import { accountNameOf, type Budget } from '../options.ts';
import { versionOf } from '../version.ts';

type Input = z.output<typeof allocateBudget.input>;

/** `allocate_budget` in the ledger: one more allocation in the record of its budget. */
export default implement(allocateBudget, {
  run: async (input: Input, { client, reference, permit, signal }: WriteCall<BudgetClient>) => {
    const today = client.today();
    const budget = budgetOf(client.settings, input.budget, today);
    if (lastDayOf(budget) < today)
      throw new CountersignError('FISCAL_YEAR_CLOSED', `The fiscal year ${budget.fiscalYear} has ended.`);
    if (input.amount.currency !== budget.currency)
      throw new CountersignError('CURRENCY_NOT_ALLOWED', `The budget is in ${budget.currency}.`);
    const id = `${accountNameOf(budget)}.${reference}`;
    await client.change(accountNameOf(budget), (seen) => allocated(seen, { id, input, budget, today }), {
      permit,
      signal,
    });
    return id;
  },

  read: async (id: string, _: Input, { client }: Call<BudgetClient>) => {
    const budget = budgetNamed(client.settings, accountOf(id));
    const account = await client.account(accountOf(id));
    const found = account.allocations.find((each) => each.id === id);
    if (!found) return undefined;
    const { kind, id: budgetId, fiscalYear, currency, amount } = budget;
    const available = new Big(amount).minus(heldIn(account, client.today()));
    return {
      document: { id, number: id },
      status: found.released ? ('closed' as const) : ('released' as const),
      version: versionOf(found),
      allocation: id,
      budget: { kind, id: budgetId, fiscalYear },
      allocated: { amount: found.amount, currency: found.currency },
      availableAfter: { amount: available.toFixed(digitsOf(currency)), currency },
      budgetCurrency: currency,
      keptBy: 'countersign' as const,
    };
  },

  // In every year: another one may have begun since it was sent.
  lookup: byReference(async ({ budget }: Input, { client, reference }: Call<BudgetClient> & { reference: string }) => {
    const names = budgetsOf(client.settings, budget).map(accountNameOf);
    const accounts = await Promise.all(names.map((name) => client.account(name)));
    const ids = accounts.flatMap(({ allocations }) => allocations.map(({ id }) => id));
    return ids.filter((id) => names.some((name) => id === `${name}.${reference}`));
  }),
});

interface Asked {
  readonly id: string;
  readonly input: Input;
  readonly budget: Budget;
  readonly today: string;
}

/** The same allocation once, however often it is sent. Throws `BUDGET_EXCEEDED`. */
function allocated(account: BudgetAccount, { id, input, budget, today }: Asked): BudgetAccount {
  if (account.allocations.some((each) => each.id === id)) return account;
  const { amount, currency } = input.amount;
  const available = new Big(budget.amount).minus(heldIn(account, today));
  if (available.lt(amount)) {
    const left = available.toFixed(digitsOf(currency));
    throw new CountersignError('BUDGET_EXCEEDED', `${left} ${currency} are available.`, {
      facts: { available: { amount: left, currency } },
    });
  }
  const { purpose, expiresOn } = input;
  const next: Allocation = { id, amount, currency, purpose, ...(expiresOn !== undefined && { expiresOn }), used: [] };
  return checkSize({ ...account, allocations: [...account.allocations, next] });
}
