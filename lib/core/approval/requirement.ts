import Big from 'big.js';
import type { Amount } from '../contract.ts';
import type { ApprovalSettings, ApprovalTier, Approver, Requirement } from './settings.ts';

/** What a requirement is decided from. */
export interface Asked {
  readonly tiers: readonly ApprovalTier[];
  readonly settings: ApprovalSettings;
  readonly approvers: Readonly<Record<string, Approver>>;
  /** What the call commits; unknown for calls that have no amount. */
  readonly amount: Amount | undefined;
  /** Approver who owns the agent: never approves for it. */
  readonly owner: string | undefined;
}

/** The approval that a call needs; undefined = none. What cannot be compared falls under the highest tier. */
export function requirementFor({ tiers, settings, approvers, amount, owner }: Asked): Requirement | undefined {
  const sorted = tiers.toSorted((a, b) => new Big(a.above).cmp(b.above));
  const value = amount && inPolicyCurrency(amount, settings);
  const tier = value === undefined ? sorted.at(-1) : sorted.findLast(({ above }) => value.gt(above));
  if (!tier) return undefined;
  const never = owner === undefined ? [] : [owner];
  const of = tier.of.filter((name) => !never.includes(name) && mayApprove(approvers[name], value));
  const why = reasonOf(tier, amount, value, settings);
  const { need, within, escalate } = tier;
  return { need, of, never, within, why, ...(escalate && { escalate }), ...(value && { value: value.toFixed() }) };
}

/** A value in the policy's currency, exact; undefined without a rate. */
export function inPolicyCurrency(amount: Amount, { currency, rates = {} }: ApprovalSettings): Big | undefined {
  if (amount.currency === currency) return new Big(amount.amount);
  const rate = Object.hasOwn(rates, amount.currency) ? rates[amount.currency] : undefined;
  return rate === undefined ? undefined : new Big(amount.amount).times(rate.rate);
}

/** Somebody with a limit approves nothing whose value nobody can tell. */
const mayApprove = (approver: Approver | undefined, value: Big | undefined): boolean =>
  approver !== undefined && (approver.limit === undefined || value?.lte(approver.limit) === true);

function reasonOf(
  { above }: ApprovalTier,
  amount: Amount | undefined,
  value: Big | undefined,
  settings: ApprovalSettings,
): string {
  if (!amount) return 'Calls of this kind are approved by a person.';
  if (!value) return `There is no rate from ${amount.currency} to ${settings.currency}: the highest tier asks.`;
  return `${amount.amount} ${amount.currency} is above the limit of ${above} ${settings.currency} for this agent.`;
}
