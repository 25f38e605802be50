import { amendAccount, type BudgetAccount } from '../../lib/core/budget-account.ts';
import type { Connection } from '../../lib/core/connector.ts';
import { CountersignError, isCountersignError } from '../../lib/core/errors.ts';
import type { PutOptions } from '../../lib/core/ledger.ts';
import { accountNameOf, type Budget, type BudgetSettings } from './options.ts';

/** The books, as the tools see them. Accounts are named as `accountNameOf` does. All throw `SYSTEM_UNAVAILABLE` where the ledger cannot be reached. */
export interface BudgetClient {
  readonly settings: BudgetSettings;
  /** The civil date at which this is asked. */
  today(): string;
  account(name: string): Promise<BudgetAccount>;
  change(name: string, change: (seen: BudgetAccount) => BudgetAccount, options: PutOptions): Promise<BudgetAccount>;
}

/** Reads and writes the ledger of this deployment. */
export function budgetClient({ ledger, settings, now }: Connection<BudgetSettings, never>): BudgetClient {
  if (!ledger) throw new CountersignError('INTERNAL', 'There is no ledger where these budgets are served.');
  const days = new Intl.DateTimeFormat('sv-SE', { timeZone: settings.timeZone });
  return {
    settings,
    today: () => days.format(now()),
    account: (name) => reached(() => amendAccount(ledger, name, (seen) => seen)),
    change: (name, change, options) => reached(() => amendAccount(ledger, name, change, once(options))),
  };
}

/** Where another one was quicker nothing was written: what follows is the same send. */
function once({ signal, permit }: PutOptions): PutOptions {
  let asked: Promise<void> | undefined;
  return {
    ...(signal && { signal }),
    permit: () => {
      asked ??= permit?.() ?? Promise.resolve();
      return asked;
    },
  };
}

/** To whoever asks for a budget, the ledger is the system. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isCountersignError(error) || error.code !== 'STORE_UNAVAILABLE') throw error;
    const { message, applied } = error;
    throw new CountersignError('SYSTEM_UNAVAILABLE', message, { cause: error, applied });
  }
}

/** The last day on which something can be allocated from a budget. */
export const lastDayOf = ({ fiscalYear, lastDay }: Budget): string => lastDay ?? `${fiscalYear}-12-31`;

/** The budgets that a call may mean, the earliest year first. Throws `BUDGET_NOT_FOUND`. */
export function budgetsOf(
  { budgets }: BudgetSettings,
  { kind, id, fiscalYear }: { readonly kind: string; readonly id: string; readonly fiscalYear?: number | undefined },
): readonly [Budget, ...Budget[]] {
  const [first, ...others] = budgets
    .filter((each) => each.kind === kind && each.id === id && (fiscalYear ?? each.fiscalYear) === each.fiscalYear)
    .toSorted((a, b) => a.fiscalYear - b.fiscalYear);
  if (!first)
    throw new CountersignError('BUDGET_NOT_FOUND', `There is no budget ${kind} ${id} ${fiscalYear ?? ''}`.trim());
  return [first, ...others];
}

/** The budget of that name in the year that is open; in the last one, where all are closed. Throws `BUDGET_NOT_FOUND`. */
export function budgetOf(settings: BudgetSettings, asked: Parameters<typeof budgetsOf>[1], today: string): Budget {
  const [first, ...others] = budgetsOf(settings, asked);
  return [first, ...others].find((each) => lastDayOf(each) >= today) ?? others.at(-1) ?? first;
}

/** The budget of an account. Throws `BUDGET_NOT_FOUND`. */
export function budgetNamed({ budgets }: BudgetSettings, name: string): Budget {
  const found = budgets.find((each) => accountNameOf(each) === name);
  if (!found) throw new CountersignError('BUDGET_NOT_FOUND', `There is no budget ${name}.`);
  return found;
}
