import { randomUUID } from 'node:crypto';
import { callDigest } from '../admit.ts';
import { requirementFor } from '../approval/requirement.ts';
import type { Requirement } from '../approval/settings.ts';
import { canonicalJson } from '../canonical.ts';
import type { Configuration } from '../config.ts';
import { CountersignError } from '../errors.ts';
import { dayOf } from '../journal.ts';
import { type CallToApprove, requirementOf } from '../policy/approval.ts';
import { grantOf } from '../policy/authorise.ts';
import { organisationFor } from '../policy/organisation.ts';
import { recheckPolicy } from '../policy/recheck.ts';
import type { CatalogueEntry } from '../system.ts';
import { isRead } from '../tool.ts';
import { changed, checkDead, foundAfterAll, type Said, unproven } from './dead.ts';
import type { Evidence } from './evidence.ts';
import { eventOf, indexed, type Operation, type Operations, operationIdOf } from './operation.ts';
import { referenceOf } from './reference.ts';
import { checkSecond } from './review.ts';
import { groupOf } from './write.ts';

/** What an edited operation is made from. */
export interface Editing {
  readonly entry: CatalogueEntry;
  readonly configuration: Configuration;
  readonly account: string;
  readonly stage: string;
  /** The company's civil date. */
  readonly today: string;
  /** How long a reference may be in this system. */
  readonly maxLength: number;
  readonly sum: CallToApprove['sum'];
}

/** Proposes other arguments for a dead operation: canonical, admitted by its contract. Throws `STALE_STATE`, `INPUT_INVALID`. */
export async function proposeEdit(
  operations: Operations,
  seen: Operation,
  { input, said }: { readonly input: unknown; readonly said: Said },
): Promise<Operation> {
  checkDead(seen);
  if (canonicalJson(input) === canonicalJson(JSON.parse(seen.input)))
    throw new CountersignError('INPUT_INVALID', 'That is what it asks for already: redrive it.');
  const proposal = { what: 'edit' as const, input: JSON.stringify(input), at: operations.now(), ...said };
  return changed(operations, seen, { proposal, act: { what: 'edit proposed', ...said } });
}

/**
 * Opens the operation that takes the place of a dead one: a new one, that people have to approve whatever the level of its
 * agent. The dead one stays dead and points to it; it is marked first, so that never both are carried out. Asked again it
 * finishes what was begun. Where the system shows an effect of the dead one after all, that goes to a person instead. Throws
 * `NOT_YOURS_TO_DECIDE`, `STALE_STATE`, `EVIDENCE_MISSING` where the system could not be asked, and what its rules have
 * against it.
 */
export async function confirmEdit(
  operations: Operations,
  seen: Operation,
  { by, editing, evidence }: { readonly by: string; readonly editing: Editing; readonly evidence: Evidence },
): Promise<Operation> {
  const draft = await draftOfEdit(seen, by, { editing, now: operations.now() });
  if (seen.editedAs !== draft.id) {
    checkDead(seen);
    checkSecond(seen, by);
    const act = { what: 'edit refused', by };
    if (evidence.finding === 'found') return foundAfterAll(operations, seen, { evidence, act });
    if (evidence.reason === 'LOOKUP_FAILED') throw unproven(evidence);
    await changed(operations, seen, { editedAs: draft.id, act: { what: 'edited', by, why: seen.proposal?.why } });
  }
  return (await operations.open(draft)).operation;
}

async function draftOfEdit(
  seen: Operation,
  by: string,
  { editing, now }: { readonly editing: Editing; readonly now: number },
): Promise<Operation> {
  const { entry, configuration, stage, maxLength } = editing;
  const { proposal, principal, agent, system } = seen;
  if (proposal?.what !== 'edit' || proposal.input === undefined)
    throw new CountersignError('STALE_STATE', 'Nothing is proposed for this operation by now.');
  // An agent's key has no space: no call of an agent has this id.
  const id = operationIdOf({ principal, tool: entry.id, key: `${seen.id} as edited at ${proposal.at}` });
  const edited: Operation = { ...seen, id, input: proposal.input };
  const input: unknown = JSON.parse(proposal.input);
  recheckPolicy(edited, entry, editing);
  // Who finishes what was begun may be a third one.
  const changing = [proposal.by, by, ...(seen.act?.what === 'edited' ? [seen.act.by] : [])];
  const required = without(changing, await requirementOfEdit(input, seen, editing));
  const tool = await entry.load();
  if (isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `${entry.id} is a read.`);
  const table = configuration.systems[system]?.organisation;
  if (!table) throw new CountersignError('ORG_NOT_CONFIGURED', `System ${system} has no organisation.`);
  const organisation = organisationFor(table, { agent, site: entry.contract.siteOf?.(input) });
  const draft = indexed({
    ...{ id, principal, agent, tool: entry.id, system, organisation, input: proposal.input },
    ...{ digest: callDigest(input, organisation), group: groupOf(tool, input) ?? id },
    ...{ reference: referenceOf(id, { stage, maxLength }), editedFrom: seen.id },
    takesFrom: entry.contract.takesFrom?.(input),
    ...{ state: 'awaiting_approval', attempts: 0, version: 1, sendBy: now, validation: '', writtenBy: randomUUID() },
    approval: {
      ...required,
      of: [...required.of],
      never: [...required.never],
      why: whyOf(proposal.why, required),
      round: 1,
    },
    ...{ createdAt: now, updatedAt: now, day: dayOf(now), events: [] },
  });
  return { ...draft, events: [eventOf(draft)] };
}

/** Whoever has changed it does not approve it. Throws `NOT_GRANTED` where too few others are left. */
function without(operators: readonly string[], required: Requirement): Requirement {
  const of = required.of.filter((name) => !operators.includes(name));
  if (new Set(of).size < required.need) throw nobody();
  return { ...required, of, never: [...new Set([...required.never, ...operators])] };
}

const whyOf = (said: string, { why }: Requirement): string =>
  `Operators have changed what the agent had asked for: ${said} ${why}`.trim();

/** As a call of the agent would need it; where that needs none, by those who approve the smallest calls, or by anybody. Throws `NOT_GRANTED`. */
async function requirementOfEdit(
  input: unknown,
  { agent }: Operation,
  { entry, configuration, sum }: Editing,
): Promise<Requirement> {
  const { contract, system } = entry;
  const { agents, approvers = {}, approvals } = configuration;
  if (!approvals) throw nobody();
  const needed = await requirementOf(entry, agent, { input, configuration, sum });
  if (needed) return needed;
  const granted = agents[agent];
  const tiers = granted && grantOf(granted, entry)?.approval;
  const [lowest = { above: '0', need: 1, of: Object.keys(approvers), within: 72 }] = (tiers ?? []).toSorted(
    (a, b) => Number(a.above) - Number(b.above),
  );
  const required = requirementFor({
    ...{ tiers: [{ ...lowest, above: '-1' }], settings: approvals, approvers, owner: granted?.owner },
    ...{ amount: contract.amountOf?.(input), requester: contract.requesterOf?.(input) },
  });
  if (!required || new Set(required.of).size < required.need) throw nobody();
  const about = contract.aboutOf?.(input);
  return { ...required, why: '', ...(about !== undefined && { about: `${system} ${about}` }) };
}

const nobody = () => new CountersignError('NOT_GRANTED', 'The configuration names nobody who could approve it.');
