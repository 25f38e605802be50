import Big from 'big.js';
import * as z from 'zod';
import { releaseBudget } from '../../../contracts/release-budget.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { accountOf, allocationIn, openOf, usedOf, withAllocation } from '../../../lib/core/budget-account.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { type BudgetClient, budgetNamed } from '../client.ts';
import { versionOf } from '../version.ts';

type Input = z.output<typeof releaseBudget.input>;

const state = z.strictObject({
  version: z.string(),
  currency: z.string(),
  consumed: z.string(),
  open: z.string(),
  released: z.boolean(),
});
type State = z.output<typeof state>;

/** `release_budget` in the ledger: from then on the allocation holds what documents have used of it, and nothing else. */
export default implement(releaseBudget, {
  state,
  documentOf: ({ allocation }: Input) => allocation,

  read: async ({ allocation: id }: Input, { client }: Call<BudgetClient>): Promise<State> => {
    budgetNamed(client.settings, accountOf(id));
    const allocation = allocationIn(await client.account(accountOf(id)), id);
    const { currency, released = false } = allocation;
    const digits = digitsOf(currency);
    return {
      ...{ version: versionOf(allocation), currency, released },
      consumed: usedOf(allocation).toFixed(digits),
      open: openOf(allocation, client.today()).toFixed(digits),
    };
  },

  check: ({ allocation, expectedVersion }: Input, { version, consumed, open, currency }: State) => {
    if (expectedVersion !== undefined && expectedVersion !== version)
      throw new CountersignError('STALE_STATE', `${allocation} has version ${version}.`, { facts: { version } });
    if (new Big(open).eq(0) && new Big(consumed).gt(0))
      throw new CountersignError('ALLOCATION_CONSUMED', `Documents have used ${consumed} ${currency}, all of it.`);
  },

  run: async ({ allocation: id }: Input, { client, permit, signal }: WriteCall<BudgetClient>) => {
    await client.change(accountOf(id), (seen) => withAllocation(seen, { ...allocationIn(seen, id), released: true }), {
      permit,
      signal,
    });
  },

  output: ({ allocation }: Input, { before, after }: { readonly before: State; readonly after: State }) => ({
    document: { id: allocation, number: allocation },
    status: 'closed' as const,
    version: after.version,
    allocation,
    released: { amount: before.open, currency: after.currency },
    consumed: { amount: after.consumed, currency: after.currency },
    budgetCurrency: after.currency,
    keptBy: 'countersign' as const,
  }),

  lookup: byState((_: Input, now: State) => now.released),
});
