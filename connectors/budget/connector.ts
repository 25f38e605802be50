import * as z from 'zod';
import { openOf } from '../../lib/core/budget-account.ts';
import { type Connection, defineConnector, type Finding } from '../../lib/core/connector.ts';
import { CountersignError, isCountersignError } from '../../lib/core/errors.ts';
import { heldIn } from './available.ts';
import { type BudgetClient, budgetClient } from './client.ts';
import { accountNameOf, type BudgetSettings } from './options.ts';

/**
 * How we keep budgets: no system stands behind them, so there is nothing to sign in to.
 * `maxServerTime`: what a write to the ledger that was abandoned may still take.
 */
export const connector = defineConnector({
  kind: 'budget',
  secret: z.never(),
  rotation: 'manual',
  reference: { field: 'allocation', maxLength: 12 },
  maxServerTime: 60_000,
  lookupLag: 0,
  limits: { perSecond: 200, concurrent: 50 },
  canonicalId: (_, id) => id,
  connect: (connection: Connection<BudgetSettings, never>) => budgetClient(connection),
  mapError: (cause): CountersignError =>
    isCountersignError(cause) ? cause : new CountersignError('INTERNAL', 'The connector failed.', { cause }),
  check,
  ping: async ({ settings, account }: BudgetClient) => {
    const [first] = settings.budgets;
    if (first) await account(accountNameOf(first));
  },
});

/** That each budget can be read, and how it stands against what the configuration says now. */
function check({ settings, account, today }: BudgetClient): Promise<readonly Finding[]> {
  return Promise.all(
    settings.budgets.map(async (budget): Promise<Finding> => {
      const name = accountNameOf(budget);
      const what = `budget ${name}`;
      try {
        const kept = await account(name);
        const others = kept.allocations.find(({ currency }) => currency !== budget.currency);
        if (others) return { what, ok: false, detail: `has allocations in ${others.currency}` };
        const held = heldIn(kept, today());
        const open = kept.allocations.filter((each) => openOf(each, today()).gt(0)).length;
        const detail = `${held.toFixed()} of ${budget.amount} ${budget.currency} allocated, ${open} allocations open`;
        return { what, ok: held.lte(budget.amount), detail };
      } catch (error) {
        return {
          what,
          ok: false,
          detail: isCountersignError(error) ? `${error.code}: ${error.message}` : 'unreadable',
        };
      }
    }),
  );
}
