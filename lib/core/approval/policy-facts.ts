import Big from 'big.js';
import { amountText } from '../amount-text.ts';
import type { Amount } from '../contract.ts';
import type { Fact } from './dossier.ts';
import { inPolicyCurrency } from './requirement.ts';
import type { ApprovalSettings } from './settings.ts';

/** What the configuration and the records say about a call that people are asked about. */
export interface PolicyContext {
  readonly settings: ApprovalSettings | undefined;
  /** The most that one call of the agent may commit. */
  readonly limit: Amount | undefined;
  /** What the agent commits within a day towards the same party, this call included: a decimal in the policy's currency. */
  readonly total: string | undefined;
}

const day = 86_400_000;
/** A rate that is older than this, in days, is looked at twice. */
const old = 31;

/** The amount in the company's currency, at which rate of which day; nothing where it is in that currency already. */
export function currencyFacts(amount: Amount | undefined, { settings }: PolicyContext, now: number): Fact[] {
  if (!amount || !settings || amount.currency === settings.currency) return [];
  const label = `In ${settings.currency}`;
  const rate = settings.rates?.[amount.currency];
  const value = inPolicyCurrency(amount, settings);
  if (!rate || !value) return [{ label, value: `not known: there is no rate from ${amount.currency}`, warning: true }];
  const asOf = Date.parse(rate.asOf);
  return [
    {
      label,
      value: `${amountText(settings.currency, value.toFixed(2))}, at ${rate.rate} of ${rate.asOf}`,
      asOf,
      ...(now - asOf > old * day && { warning: true }),
    },
  ];
}

/** What the call leaves of the agent's limit, and what it comes to with the calls of the day. */
export function limitFacts(amount: Amount | undefined, { settings, limit, total }: PolicyContext): Fact[] {
  if (!amount) return [];
  const left = limit?.currency === amount.currency ? new Big(limit.amount).minus(amount.amount).toFixed() : undefined;
  const leaves = left === undefined ? '' : `; this one stays ${amountText(amount.currency, left)} below it`;
  return [
    ...(limit ? [{ label: 'Limit of a call', value: `${amountText(limit.currency, limit.amount)}${leaves}` }] : []),
    ...(settings && total !== undefined
      ? [
          {
            label: 'In the last 24 hours',
            value: `${amountText(settings.currency, new Big(total).toFixed(2))} from this agent to the same party, with this call`,
          },
        ]
      : []),
  ];
}
