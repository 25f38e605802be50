import { inPolicyCurrency, requirementFor } from '../approval/requirement.ts';
import type { ApprovalSettings, Requirement } from '../approval/settings.ts';
import type { Configuration } from '../config.ts';
import type { Contract } from '../contract.ts';
import { CountersignError } from '../errors.ts';
import type { StepOf } from '../operation/operation.ts';
import type { CatalogueEntry } from '../system.ts';
import { grantOf } from './authorise.ts';
import type { Commitment } from './totals.ts';

/** What a call's approval is decided from, beside the grant. */
export interface CallToApprove {
  readonly input: unknown;
  readonly configuration: Configuration;
  /** The step of a saga that the call is. */
  readonly step?: StepOf | undefined;
  /** Notes the call; answers what its agent commits towards that party within a day. */
  sum(commitment: Pick<Commitment, 'agent' | 'system' | 'counterparty' | 'value'>): Promise<string>;
}

/**
 * The approval that a call of a granted write needs; undefined = none. Throws `NOT_GRANTED` where the configuration asks
 * for an approval that nobody could give, `STORE_UNAVAILABLE` where the day's sum cannot be told.
 */
export async function requirementOf(
  entry: CatalogueEntry,
  agent: string,
  { input, configuration, sum, step }: CallToApprove,
): Promise<Requirement | undefined> {
  const { system, contract, id } = entry;
  const { agents, approvers = {}, approvals } = configuration;
  const granted = agents[agent];
  const grant = granted && grantOf(granted, entry, step);
  const notDuplicateOf = contract.notDuplicateOf?.(input);
  if (grant?.level === 'auto' && notDuplicateOf === undefined) return undefined;
  if (grant?.level === 'auto')
    throw new CountersignError('NOT_GRANTED', 'Nobody may say for this agent that it is no duplicate.');
  if (grant?.level !== 'approve' || !grant.approval || !approvals)
    throw new CountersignError('NOT_GRANTED', `${agent} has no grant for ${id}.`);
  const amount = contract.amountOf?.(input);
  const commits = commitmentOf(contract, input, approvals);
  const total = commits && (await sum({ agent, system, ...commits }));
  const required = requirementFor({
    ...{ tiers: grant.approval, settings: approvals, approvers, owner: granted?.owner },
    ...{ amount, total, counterparty: commits?.counterparty, requester: contract.requesterOf?.(input), notDuplicateOf },
  });
  if (required && new Set(required.of).size < required.need)
    throw new CountersignError('NOT_GRANTED', 'Too few people may approve this call.');
  const about = contract.aboutOf?.(input);
  return required && about !== undefined ? { ...required, about: `${system} ${about}` } : required;
}

/** What a call commits towards whom; nothing where one of both is unknown, or has no value in the policy's currency. */
export function commitmentOf(
  { amountOf, counterpartyOf }: Contract,
  input: unknown,
  settings: ApprovalSettings | undefined,
): Pick<Commitment, 'counterparty' | 'value'> | undefined {
  const amount = amountOf?.(input);
  const counterparty = counterpartyOf?.(input);
  const value = settings && amount && inPolicyCurrency(amount, settings);
  return value && counterparty !== undefined ? { counterparty, value: value.toFixed() } : undefined;
}
