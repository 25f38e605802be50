import Big from 'big.js';
import { type BudgetAccount, heldOf } from '../../lib/core/budget-account.ts';

/** What the allocations of a budget take from it, exact. */
export const heldIn = ({ allocations }: BudgetAccount, today: string): Big =>
  allocations.reduce((sum, each) => sum.plus(heldOf(each, today)), new Big(0));
