import Big from 'big.js';
import { amountText } from '../amount-text.ts';
import type { Amount } from '../contract.ts';
import type { ApprovalSettings, ApprovalTier, Approver, Requirement } from './settings.ts';

/** What a requirement is decided from. */
export interface Asked {
  readonly tiers: readonly ApprovalTier[];
  readonly settings: ApprovalSettings;
  readonly approvers: Readonly<Record<string, Approver>>;
  /** What the call commits; unknown for calls that have no amount. */
  readonly amount: Amount | undefined;
  /** What the agent commits within a day towards the same party, this call included: a decimal in the policy's currency. */
  readonly total?: string | undefined;
  /** That party, e.g. `supplier 17300001`. */
  readonly counterparty?: string | undefined;
  /** Approver who owns the agent: never approves for it. */
  readonly owner: string | undefined;
  /** Who wants it, as the call names them: never approves it. */
  readonly requester?: string | undefined;
  /** The operation of the same content of which the agent says that this is no duplicate: somebody is asked in any case. */
  readonly notDuplicateOf?: string | undefined;
}

/** The approval that a call needs; undefined = none. What cannot be compared falls under the highest tier. */
export function requirementFor(asked: Asked): Requirement | undefined {
  const { tiers, settings, approvers, amount, total } = asked;
  const sorted = tiers.toSorted((a, b) => new Big(a.above).cmp(b.above));
  const value = amount && inPolicyCurrency(amount, settings);
  const measure = value && total !== undefined && value.lt(total) ? new Big(total) : value;
  const byAmount = measure === undefined ? sorted.at(-1) : sorted.findLast(({ above }) => measure.gt(above));
  const tier = asked.notDuplicateOf === undefined ? byAmount : (byAmount ?? sorted[0]);
  if (!tier) return undefined;
  const never = excludedBy(asked);
  return {
    need: tier.need,
    of: tier.of.filter((name) => !never.includes(name) && mayApprove(approvers[name], measure)),
    never,
    within: tier.within,
    why: reasonOf(tier, asked, value),
    ...(tier.escalate && { escalate: tier.escalate }),
    ...(value && { value: value.toFixed() }),
    ...(value && total !== undefined && { total }),
  };
}

/** A value in the policy's currency, exact; undefined without a rate. */
export function inPolicyCurrency(amount: Amount, { currency, rates = {} }: ApprovalSettings): Big | undefined {
  if (amount.currency === currency) return new Big(amount.amount);
  const rate = Object.hasOwn(rates, amount.currency) ? rates[amount.currency] : undefined;
  return rate === undefined ? undefined : new Big(amount.amount).times(rate.rate);
}

/** The agent's owner, and whoever the call names as the one who wants it: by short name, name or e-mail address. */
function excludedBy({ approvers, owner, requester }: Asked): string[] {
  const wanted = requester === undefined ? undefined : plain(requester);
  return Object.entries(approvers)
    .filter(
      ([name, { name: known, email }]) =>
        name === owner || [name, known, email].map(plain).some((each) => each === wanted),
    )
    .map(([name]) => name);
}

const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Somebody with a limit approves nothing whose value nobody can tell, and no part of what is above it. */
const mayApprove = (approver: Approver | undefined, measure: Big | undefined): boolean =>
  approver !== undefined && (approver.limit === undefined || measure?.lte(approver.limit) === true);

function reasonOf(
  { above }: ApprovalTier,
  { amount, settings, total, counterparty, notDuplicateOf }: Asked,
  value: Big | undefined,
): string {
  if (notDuplicateOf !== undefined)
    return `Operation ${notDuplicateOf} has the same content; the agent says that this is no duplicate of it.`;
  const { currency } = settings;
  if (!amount) return 'Calls of this kind are approved by a person.';
  if (!value) return `There is no rate from ${amount.currency} to ${currency}: the highest tier asks.`;
  const call = amountText(amount.currency, amount.amount);
  const limit = `above the limit of ${amountText(currency, above)} for this agent`;
  if (value.gt(above) || total === undefined) return `${call} is ${limit}.`;
  const sum = amountText(currency, new Big(total).toFixed(2));
  return `${call} alone is not, but with what this agent committed in the last 24 hours to ${counterparty} it is ${sum}: ${limit}.`;
}
