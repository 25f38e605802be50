import { requirementFor } from '../approval/requirement.ts';
import type { Requirement } from '../approval/settings.ts';
import type { Configuration } from '../config.ts';
import { CountersignError } from '../errors.ts';
import type { CatalogueEntry } from '../system.ts';
import { grantOf } from './authorise.ts';

/**
 * The approval that a call of a granted write needs; undefined = none. Throws `NOT_GRANTED` where the configuration asks
 * for an approval that nobody could give.
 */
export function requirementOf(
  { system, contract, id }: CatalogueEntry,
  agent: string,
  { input, configuration }: { readonly input: unknown; readonly configuration: Configuration },
): Requirement | undefined {
  const { agents, approvers = {}, approvals } = configuration;
  const granted = agents[agent];
  const grant = granted && grantOf(granted, system, contract.name);
  if (grant?.level === 'auto') return undefined;
  if (grant?.level !== 'approve' || !grant.approval || !approvals)
    throw new CountersignError('NOT_GRANTED', `${agent} has no grant for ${id}.`);
  const amount = contract.amountOf?.(input);
  const required = requirementFor({
    tiers: grant.approval,
    settings: approvals,
    approvers,
    amount,
    owner: granted?.owner,
  });
  if (required && new Set(required.of).size < required.need)
    throw new CountersignError('NOT_GRANTED', 'Nobody may approve a call of this amount.');
  const about = contract.aboutOf?.(input);
  return required && about !== undefined ? { ...required, about: `${system} ${about}` } : required;
}
