import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from './errors.ts';
import { amendRecord, type Ledger, largestRecord, type PutOptions } from './ledger.ts';

const usedSchema = z.object({
  /** The operation that uses it, and which part of its document does. */
  operationId: z.string(),
  part: z.string(),
  amount: z.string(),
  /** Epoch ms. */
  at: z.int(),
  /** Why it was given back, for good: the same operation never takes it again. */
  gone: z.enum(['not_applied', 'cancelled']).optional(),
});

const allocationSchema = z.object({
  id: z.string(),
  amount: z.string(),
  currency: z.string(),
  purpose: z.string(),
  /** The last day on which what is open of it is held, `YYYY-MM-DD`. */
  expiresOn: z.string().optional(),
  /** What is open of it is held no longer. */
  released: z.boolean().optional(),
  used: z.array(usedSchema),
});

/** One budget with everything that was allocated from it: one record of the ledger. */
export const budgetAccountSchema = z.object({
  id: z.string(),
  version: z.int(),
  allocations: z.array(allocationSchema),
});

/** A budget, as the ledger keeps it. */
export type BudgetAccount = z.output<typeof budgetAccountSchema>;
/** One allocation of a budget. */
export type Allocation = z.output<typeof allocationSchema>;

/** Part of a document that uses an allocation up. */
export interface AllocationUse {
  readonly allocation: string;
  /** Names the part within its operation: the number of a line. */
  readonly part: string;
  /** Decimal. */
  readonly amount: string;
  readonly currency: string;
}

/** The budget of an allocation: an allocation's id is its budget's, a dot and the reference of the call that made it. */
export const accountOf = (allocation: string): string => allocation.slice(0, allocation.lastIndexOf('.'));

/** What documents have used of an allocation, exact. */
export const usedOf = ({ used }: Allocation): Big =>
  used.reduce((sum, { amount, gone }) => (gone ? sum : sum.plus(amount)), new Big(0));

/** What is left of an allocation: nothing, once it is released or its last day is over. */
export const openOf = (allocation: Allocation, today: string): Big => {
  const isOver = allocation.released || (allocation.expiresOn !== undefined && allocation.expiresOn < today);
  const rest = new Big(allocation.amount).minus(usedOf(allocation));
  return isOver || rest.lt(0) ? new Big(0) : rest;
};

/** What an allocation takes from its budget: what documents have used and what is left. */
export const heldOf = (allocation: Allocation, today: string): Big =>
  usedOf(allocation).plus(openOf(allocation, today));

/** Refuses what would make a record too large to be kept. Throws `UNSUPPORTED_BY_SYSTEM`. */
export function checkSize(account: BudgetAccount): BudgetAccount {
  if (Buffer.byteLength(JSON.stringify(account)) > largestRecord)
    throw new CountersignError('UNSUPPORTED_BY_SYSTEM', `${account.id} has as many allocations as a record can hold.`);
  return account;
}

/** One allocation changed. */
export const withAllocation = (account: BudgetAccount, changed: Allocation): BudgetAccount => ({
  ...account,
  allocations: account.allocations.map((each) => (each.id === changed.id ? changed : each)),
});

/** Throws `NOT_FOUND`. */
export function allocationIn({ allocations }: BudgetAccount, id: string): Allocation {
  const found = allocations.find((each) => each.id === id);
  if (!found) throw new CountersignError('NOT_FOUND', `There is no allocation ${id}.`);
  return found;
}

/** Who uses something up, and when. */
export interface User {
  readonly operationId: string;
  /** Epoch ms. */
  readonly at: number;
  /** The company's civil date. */
  readonly today: string;
}

/**
 * The account after an operation has used allocations of it up: each part once, however often it is asked for. Throws
 * `NOT_FOUND`, `CURRENCY_NOT_ALLOWED`, `BUDGET_EXCEEDED` with what is available.
 */
export function withUses(account: BudgetAccount, uses: readonly AllocationUse[], user: User): BudgetAccount {
  const next = uses.reduce((seen, use) => withUse(seen, use, user), account);
  return next === account ? account : checkSize(next);
}

function withUse(account: BudgetAccount, use: AllocationUse, { operationId, at, today }: User): BudgetAccount {
  const allocation = allocationIn(account, use.allocation);
  const { id, currency, used } = allocation;
  if (used.some((each) => each.operationId === operationId && each.part === use.part)) return account;
  if (currency !== use.currency)
    throw new CountersignError('CURRENCY_NOT_ALLOWED', `${id} is in ${currency}, the document in ${use.currency}.`);
  const open = openOf(allocation, today);
  if (open.lt(use.amount))
    throw new CountersignError('BUDGET_EXCEEDED', `${id} has ${open.toFixed()} ${currency} left.`, {
      facts: { allocation: id, available: { amount: open.toFixed(), currency } },
    });
  const entry = { operationId, part: use.part, amount: use.amount, at };
  return withAllocation(account, { ...allocation, used: [...used, entry] });
}

/** One use of an allocation. */
export interface Used {
  readonly allocation: string;
  readonly operationId: string;
  readonly part: string;
}

/** Gives uses back to their allocations: `as` marks them, so that the same operation does not take them again. */
export async function takenBack(
  ledger: Ledger,
  uses: readonly Used[],
  as?: 'not_applied' | 'cancelled',
): Promise<void> {
  for (const [account, gone] of Map.groupBy(uses, ({ allocation }) => accountOf(allocation))) {
    const keys = new Set(gone.map(keyOf));
    await amendAccount(ledger, account, (seen) => ({
      ...seen,
      allocations: seen.allocations.map((each) => ({
        ...each,
        used: each.used.flatMap((use) => {
          if (use.gone || !keys.has(keyOf({ ...use, allocation: each.id }))) return use;
          return as ? { ...use, gone: as } : [];
        }),
      })),
    }));
  }
}

const keyOf = ({ allocation, operationId, part }: Used): string => JSON.stringify([allocation, operationId, part]);

/** The account in which an operation whose document is there has used an allocation, even where nothing is left. */
export function restored(
  account: BudgetAccount,
  { allocation: id, part, amount }: AllocationUse,
  { operationId, at }: Omit<User, 'today'>,
): BudgetAccount {
  const allocation = account.allocations.find((each) => each.id === id);
  const known = allocation?.used.find((use) => use.operationId === operationId && use.part === part);
  if (!allocation || (known && known.gone !== 'not_applied')) return account;
  const used = [...allocation.used.filter((use) => use !== known), { operationId, part, amount, at }];
  return withAllocation(account, { ...allocation, used });
}

/** Changes a budget as it is now; nothing is written where nothing changes. Throws what `change` throws, and `STORE_UNAVAILABLE`. */
export const amendAccount = (
  ledger: Ledger,
  id: string,
  change: (seen: BudgetAccount) => BudgetAccount,
  options?: PutOptions,
): Promise<BudgetAccount> => {
  const changed = (seen: BudgetAccount) => {
    const next = change(seen);
    return next === seen || JSON.stringify(next) === JSON.stringify(seen) ? undefined : next;
  };
  const empty = { id, version: 0, allocations: [] };
  return amendRecord(ledger, { id, schema: budgetAccountSchema, empty, change: changed }, options);
};
