import * as z from 'zod';
import { budgetOfYear, currency, date, money } from '../../contracts/shapes.ts';
import { ConfigurationError } from '../../lib/core/configuration-error.ts';

const shape = z.strictObject({
  timeZone: z.string().optional(),
  budgets: z
    .array(
      budgetOfYear
        .extend({ amount: z.string(), currency, lastDay: date.optional() })
        .refine(({ amount, currency: code }) => money.safeParse({ amount, currency: code }).success, {
          message: 'use a decimal string with at most the digits of the currency, such as 25000.00',
          path: ['amount'],
        }),
    )
    .min(1),
});

/** One budget, and how much of it may be allocated. */
export type Budget = Readonly<z.output<typeof shape>['budgets'][number]>;

/** What a configuration says about budgets. */
export interface BudgetOptions {
  /** IANA name of the time zone in which a fiscal year, and an allocation, ends; UTC where nothing is said. */
  readonly timeZone?: string;
  /** Each budget of each year; `amount` is a decimal, `lastDay` the last day of its fiscal year where that is not 31 December. */
  readonly budgets: readonly Budget[];
}

/** Of one system, as its tools need them. */
export type BudgetSettings = Required<BudgetOptions>;

/** The account of a budget in the ledger, with which the ids of its allocations begin: `cost_center.4711.2026`. */
export const accountNameOf = ({ kind, id, fiscalYear }: Pick<Budget, 'kind' | 'id' | 'fiscalYear'>): string =>
  `${kind}.${id}.${fiscalYear}`;

/** Throws `ConfigurationError` naming the first wrong field. */
export function checkOptions(options: BudgetOptions): void {
  const issue = shape.safeParse(options).error?.issues[0];
  if (issue) throw new ConfigurationError(`budget.${issue.path.join('.')}`, issue.message);
}
