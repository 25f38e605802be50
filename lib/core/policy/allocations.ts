import {
  type AllocationUse,
  accountOf,
  amendAccount,
  type BudgetAccount,
  takenBack,
  type User,
  withUses,
} from '../budget-account.ts';
import type { Configuration } from '../config.ts';
import { CountersignError, isCountersignError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Operations } from '../operation/operation.ts';
import { isLedger } from '../system.ts';

/** What a call uses up of budgets, on what, and for whom. */
export interface Claiming extends User {
  /** Absent where this deployment keeps no budgets. */
  readonly ledger: Ledger | undefined;
  readonly operations: Pick<Operations, 'get'>;
  readonly uses: readonly AllocationUse[];
}

/** What a call has taken of budgets. */
export interface Claim {
  /** Why it may not; never rejects. */
  readonly refused: Promise<CountersignError | undefined>;
  /** Puts back what this very call has taken, where no operation came of it; never rejects. */
  undo(): Promise<void>;
}

/** Who uses something up and has no record this long after it, in ms, has died before it had one. */
const recordedAfter = 60_000;

/**
 * Uses up what a call names of its allocations, each part once for its operation: at once, so that of two calls for the
 * same rest one is refused. What an operation gave back for good it does not take again. Refusals are `NOT_FOUND`,
 * `CURRENCY_NOT_ALLOWED`, `BUDGET_EXCEEDED`, `STORE_UNAVAILABLE`, and `UNSUPPORTED_BY_SYSTEM` where no budgets are kept.
 */
export function claimAllocations(claiming: Claiming): Claim {
  const { ledger, uses, operationId } = claiming;
  const taken: AllocationUse[] = [];
  const take = async (): Promise<undefined> => {
    if (uses.length === 0) return undefined;
    if (!ledger) throw new CountersignError('UNSUPPORTED_BY_SYSTEM', 'No budgets are kept here.');
    for (const [account, ofAccount] of Map.groupBy(uses, ({ allocation }) => accountOf(allocation)))
      taken.push(...(await takeFrom(ledger, { account, uses: ofAccount, claiming })));
    return undefined;
  };
  const refused = take().catch((cause: unknown) => {
    if (isCountersignError(cause)) return cause;
    return new CountersignError('STORE_UNAVAILABLE', 'What a budget allows cannot be told.', { cause });
  });
  return {
    refused,
    async undo() {
      await refused;
      const own = taken.map((use) => ({ ...use, operationId }));
      // Where it fails, it is freed for the next one who needs it.
      if (ledger) await takenBack(ledger, own).catch(() => undefined);
    },
  };
}

interface Taking {
  readonly account: string;
  readonly uses: readonly AllocationUse[];
  readonly claiming: Claiming;
}

/** Answers what was not taken before. */
async function takeFrom(ledger: Ledger, taking: Taking): Promise<readonly AllocationUse[]> {
  const { account, uses, claiming } = taking;
  let added: readonly AllocationUse[] = [];
  const take = () =>
    amendAccount(ledger, account, (seen) => {
      const next = withUses(seen, uses, claiming);
      added = uses.filter((use) => !has(seen, use, claiming.operationId));
      return next;
    });
  try {
    await take();
  } catch (error) {
    if (!isCountersignError(error) || error.code !== 'BUDGET_EXCEEDED' || !(await freed(ledger, taking))) throw error;
    await take();
  }
  return added;
}

const has = ({ allocations }: BudgetAccount, { allocation, part }: AllocationUse, operationId: string): boolean =>
  allocations.some(
    ({ id, used }) => id === allocation && used.some((use) => use.operationId === operationId && use.part === part),
  );

/** Whether something stood in the way that no operation needs: of a call that died before it was recorded, or had no effect. */
async function freed(ledger: Ledger, { account, uses, claiming }: Taking): Promise<boolean> {
  const { operations, at, operationId: own } = claiming;
  const asked = new Set(uses.map(({ allocation }) => allocation));
  const { allocations } = await amendAccount(ledger, account, (seen) => seen);
  const others = allocations
    .filter(({ id }) => asked.has(id))
    .flatMap(({ id: allocation, used }) => used.map((use) => ({ ...use, allocation })))
    .filter((use) => !use.gone && use.operationId !== own && at - use.at > recordedAfter);
  const known = await Promise.all(others.map(({ operationId }) => operations.get(operationId)));
  const idle = others.filter((_, n) => (known[n]?.state ?? 'not_applied') === 'not_applied');
  if (idle.length > 0) await takenBack(ledger, idle);
  return idle.length > 0;
}

/** Whether a system has tools that use budgets up, or give back what documents have used, and there are budgets to do so. */
export const usesAllocations = ({ systems }: Configuration, system: string): boolean =>
  Object.values(systems).some(isLedger) &&
  (systems[system]?.tools ?? []).some(({ contract }) => contract.allocationsOf ?? contract.cancelledParts);
