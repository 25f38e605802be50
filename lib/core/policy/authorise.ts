import Big from 'big.js';
import type { Agent, Configuration, Level, WriteGrant } from '../config.ts';
import { principalOfRole } from '../config.ts';
import type { Amount } from '../contract.ts';
import { CountersignError } from '../errors.ts';
import type { StepOf } from '../operation/operation.ts';
import { accessOf, type CatalogueEntry } from '../system.ts';

/** Who signed: account and role name. The session name is chosen by the caller and authorises nothing. */
export interface Principal {
  readonly account: string;
  readonly role: string;
}

/** The one configured name whose role signed, or undefined; where two turn out to be one role, neither is believed. */
export function nameOf<T extends { readonly role: string }>(
  named: Readonly<Record<string, T>>,
  { account, role }: Principal,
  ownAccount: string,
): string | undefined {
  const signed = `${account}/${role}`;
  const [name, second] = Object.keys(named).filter(
    (each) => principalOfRole(named[each]?.role ?? '', ownAccount) === signed,
  );
  return second === undefined ? name : undefined;
}

/** How far an agent is trusted with a tool, or with a step of a saga; what no grant names is `off`. A granted read is `auto`. */
export function levelOf(agent: Agent, entry: CatalogueEntry, step?: StepOf): Level {
  const { system, contract, isSaga } = entry;
  if (step || isSaga) return grantOf(agent, entry, step)?.level ?? 'off';
  const grant = Object.hasOwn(agent.grants, system) ? agent.grants[system] : undefined;
  if (accessOf(contract) === 'write') return writeGrants(grant)[contract.name]?.level ?? 'off';
  const reads: 'all' | readonly string[] = grant?.read ?? [];
  return reads === 'all' || reads.includes(contract.name) ? 'auto' : 'off';
}

/** The tools that an agent may use, with their levels. */
export const toolsOf = (
  agent: Agent,
  catalogue: readonly CatalogueEntry[],
): { entry: CatalogueEntry; level: Level }[] =>
  catalogue.map((entry) => ({ entry, level: levelOf(agent, entry) })).filter(({ level }) => level !== 'off');

/** Throws `AGENT_UNKNOWN`, `NOT_GRANTED`. */
export function authoriseTool(
  { agents }: Pick<Configuration, 'agents'>,
  {
    principal,
    ownAccount,
    entry,
    step,
  }: { principal: Principal; ownAccount: string; entry: CatalogueEntry; step?: StepOf | undefined },
): { agent: string; level: Level } {
  const agent = nameOf(agents, principal, ownAccount);
  const granted = agent === undefined ? undefined : agents[agent];
  if (agent === undefined || !granted)
    throw new CountersignError('AGENT_UNKNOWN', `Role ${principal.role} is no agent.`);
  const level = levelOf(granted, entry, step);
  if (level !== 'auto' && level !== 'approve')
    throw new CountersignError('NOT_GRANTED', `${agent} has no grant for ${entry.id}.`);
  return { agent, level };
}

/** Throws `LIMIT_EXCEEDED` when the call commits more than the grant allows, or in a currency that the limit cannot be compared with. */
export function checkLimit(agent: Agent, entry: CatalogueEntry, amount: Amount | undefined, step?: StepOf): void {
  const limit = grantOf(agent, entry, step)?.limit;
  if (!limit || !amount) return;
  if (amount.currency !== limit.currency)
    throw new CountersignError('LIMIT_EXCEEDED', `The limit is in ${limit.currency}, the call in ${amount.currency}.`);
  if (new Big(amount.amount).gt(limit.amount))
    throw new CountersignError(
      'LIMIT_EXCEEDED',
      `${amount.amount} ${amount.currency} is over the limit of ${limit.amount}.`,
    );
}

/**
 * What an agent may do with one write tool. A step is carried out on the grant of its saga; what undoes a step needs none
 * beyond that it was done.
 */
export function grantOf(
  agent: Agent,
  { system, contract: { name: tool }, isSaga }: Pick<CatalogueEntry, 'system' | 'contract' | 'isSaga'>,
  step?: StepOf,
): WriteGrant | undefined {
  if (step?.undoes !== undefined) return { level: 'auto' };
  if (step || isSaga) return grantOfSaga(agent, step?.of ?? tool, step);
  const grants = Object.hasOwn(agent.grants, system) ? writeGrants(agent.grants[system]) : {};
  return Object.hasOwn(grants, tool) ? grants[tool] : undefined;
}

function grantOfSaga({ sagas = {} }: Agent, saga: string, step: StepOf | undefined): WriteGrant | undefined {
  const granted = Object.hasOwn(sagas, saga) ? sagas[saga] : undefined;
  if (granted?.level !== 'auto') return undefined;
  const { steps = {} } = granted;
  const rules = step && Object.hasOwn(steps, step.name) ? steps[step.name] : undefined;
  // An execution of another version asks people at steps that the grant no longer names: nobody is asked, so nothing is done.
  if (step?.asks && !rules?.approval) return undefined;
  return { level: rules?.approval ? 'approve' : 'auto', ...rules };
}

type WriteGrants = Readonly<Record<string, WriteGrant | undefined>>;
const writeGrants = (grant: { readonly write?: WriteGrants } | undefined): WriteGrants => grant?.write ?? {};
