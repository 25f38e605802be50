import { type Configuration, principalOfRole } from '../config.ts';
import { CountersignError } from '../errors.ts';
import type { Operation } from '../operation/operation.ts';
import type { CatalogueEntry } from '../system.ts';
import { checkLimit, levelOf } from './authorise.ts';

/** Grant, level, limit and the contract's own rules, as they are now, for what was recorded earlier. Throws what forbids it. */
export function recheckPolicy(
  operation: Operation,
  entry: CatalogueEntry,
  {
    configuration,
    account,
    today,
  }: { readonly configuration: Configuration; readonly account: string; readonly today: string },
): void {
  const agent = configuration.agents[operation.agent];
  if (!agent || principalOfRole(agent.role, account) !== operation.principal)
    throw new CountersignError('AGENT_UNKNOWN', `${operation.agent} is no longer that agent.`);
  const level = levelOf(agent, entry, operation.step);
  if (level !== 'approve' && level !== 'auto')
    throw new CountersignError('NOT_GRANTED', `${operation.agent} has no grant for ${entry.id} any more.`);
  const { success, data: input } = entry.contract.input.safeParse(JSON.parse(operation.input));
  if (!success) throw new CountersignError('INPUT_INVALID', `${entry.id} no longer takes what was asked for.`);
  checkLimit(agent, entry, entry.contract.amountOf?.(input), operation.step);
  entry.contract.validate?.(input, { today });
}
