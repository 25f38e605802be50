import { randomUUID } from 'node:crypto';
import { admit, callDigest } from './admit.ts';
import type { Requirement } from './approval/settings.ts';
import { digestOf } from './canonical.ts';
import { civilDate } from './civil-date.ts';
import type { Agent, Configuration } from './config.ts';
import { CountersignError, isCountersignError } from './errors.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { callEntry, dayOf, type Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import { type Answer, answerOf, problemAnswer } from './operation/answer.ts';
import {
  eventOf,
  indexed,
  laneOf,
  type Operation,
  type Operations,
  operationIdOf,
  sendBudget,
  stepIdOf,
} from './operation/operation.ts';
import { expirationAt, type Outcome, outcomeOf } from './operation/outcome.ts';
import { recordedOr } from './operation/recorded.ts';
import { referenceOf } from './operation/reference.ts';
import { bindWrite, clean, type Ground, type Write } from './operation/write.ts';
import { type Claim, claimAllocations } from './policy/allocations.ts';
import { type CallToApprove, commitmentOf, requirementOf } from './policy/approval.ts';
import { checkLimit } from './policy/authorise.ts';
import { followAllocations } from './policy/follow-allocations.ts';
import { granted, orDenied } from './policy/granted.ts';
import { organisationFor } from './policy/organisation.ts';
import { type Contents, possibleDuplicate } from './policy/possible-duplicate.ts';
import type { Totals } from './policy/totals.ts';
import { problemOf } from './problem.ts';
import type { CatalogueEntry } from './system.ts';
import { isRead, type ReadTool } from './tool.ts';
import type { ToolCall } from './tool-call.ts';

/** Carries a write out once in effect. Throws `IDEMPOTENCY_KEY_REUSED` and `STORE_UNAVAILABLE`, both surely not sent. */
export type Once = (
  draft: Operation,
  write: Write,
  /** What becomes of it instead of being sent; found out while the record is being written. */
  held?: Promise<Outcome | undefined>,
) => Promise<{ readonly operation: Operation; readonly replayed: boolean }>;

/** What the pipeline runs on. */
export interface Runtime {
  readonly stage: string;
  readonly account: string;
  readonly configuration: Configuration;
  /** The tools that are served here, by id. */
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  ground(system: string): Promise<Ground>;
  readonly operations: Operations;
  readonly journal: Journal;
  readonly once: Once;
  readonly totals: Totals;
  readonly contents: Contents;
  /** Where budgets are used up; absent where nothing here uses any. */
  readonly ledger?: Ledger;
  /** Whether something waits, or is at work, in a lane of the backlog. */
  isBusy(lane: string): Promise<boolean>;
}

/** The way of every call: who, what, may they, once, carry out, answer. Answers problems; never throws for the caller's sake. */
export async function callTool(call: ToolCall, runtime: Runtime): Promise<Answer> {
  try {
    const entry = runtime.catalogue.get(call.tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', 'This function does not serve that tool.');
    const agent = await granted(call, entry, runtime);
    const tool = await entry.load();
    const ground = await runtime.ground(entry.system);
    const prepared = await prepare(call, { entry, agent, ground, runtime });
    return isRead(tool) ? await read(tool, prepared) : await write(bindWrite(tool, ground), prepared);
  } catch (error) {
    if (isCountersignError(error)) return problemAnswer(problemOf(error, { traceId: call.traceId }));
    throw error;
  }
}

interface Prepared {
  readonly call: ToolCall;
  readonly runtime: Runtime;
  readonly entry: CatalogueEntry;
  readonly agent: string;
  readonly ground: Ground;
  readonly input: unknown;
  readonly organisation: Readonly<Record<string, string>>;
  readonly digest: string;
  readonly today: string;
  /** What the rules of today have against it. */
  readonly refusal: CountersignError | undefined;
}

async function prepare(
  call: ToolCall,
  given: Pick<Prepared, 'entry' | 'agent' | 'ground' | 'runtime'>,
): Promise<Prepared> {
  const { entry, agent, ground, runtime } = given;
  const { configuration, operations } = runtime;
  const { contract, system } = entry;
  const today = civilDate(operations.now(), configuration.timeZone);
  const { input } = admit(call.body, { contract, connector: ground.connector });
  const { organisation: table, isaLevel } = configuration.systems[system] ?? {};
  // The third lock on the boundary to the machines, behind the type and the synthesis.
  if (isaLevel === 3 && contract.effect !== 'read')
    throw new CountersignError('NOT_GRANTED', `${system} can only be read.`);
  if (!table) throw new CountersignError('ORG_NOT_CONFIGURED', `System ${system} has no organisation.`);
  let organisation: Prepared['organisation'] = {};
  const refusal = refusalOf(() => {
    organisation = organisationFor(table, { agent, site: contract.siteOf?.(input) });
    contract.validate?.(input, { today });
    checkLimit(agentOf(configuration, agent), entry, contract.amountOf?.(input), call.step);
  });
  return { ...given, call, input, organisation, digest: callDigest(input, organisation), today, refusal };
}

function refusalOf(check: () => void): CountersignError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isCountersignError(error)) return error;
    throw error;
  }
}

async function read(tool: ReadTool, prepared: Prepared): Promise<Answer> {
  const { call, runtime, entry, agent, ground, input, organisation, digest, today, refusal } = prepared;
  if (refusal) throw refusal;
  const known = call.step && (await runtime.operations.get(idOf(prepared)));
  if (known) return answerOf(known, { now: runtime.operations.now(), replayed: true });
  const { connector, client, meter, patience } = ground;
  const at = runtime.operations.now();
  // It may ask for several things: once it has begun, it is not turned away.
  const begun = await meter.reserve({ write: false });
  const body = await tool
    .run(input, { client, organisation, today, signal: AbortSignal.timeout(patience) })
    .catch((error: unknown) => {
      throw isCountersignError(error) ? error : connector.mapError(error);
    })
    .finally(() => void begun.end()); // it never throws, and whoever answers waits for it
  const version = body.version ?? digestOf(body).slice(0, 16);
  const fresh = { ...body, version, asOf: new Date(at).toISOString(), source: entry.system, lagMs: 0 };
  const output = JSON.stringify(clean(entry.contract.output, fresh));
  await runtime.journal.append(callEntry('call.read', { at, agent, tool: entry.id, digest, traceId: call.traceId }));
  if (call.step) return kept(prepared, output);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: output };
}

/** What a saga has read is kept as its operation: later steps rest on it, and so does whoever looks at them. */
async function kept(prepared: Prepared, result: string): Promise<Answer> {
  const { operations } = prepared.runtime;
  const now = operations.now();
  const base = recordOf(prepared, now);
  const read: Operation = {
    ...base,
    state: 'applied',
    attempts: 0,
    result,
    resultStatus: 200,
    expiration: expirationAt(now),
  };
  const { won, operation } = await operations.open({ ...read, events: [eventOf(read)] });
  return answerOf(operation, { now, replayed: !won });
}

async function write(bound: Write, prepared: Prepared): Promise<Answer> {
  const { call, runtime, entry, input, refusal } = prepared;
  const { operations } = runtime;
  const draft = draftOf(bound, prepared);
  const recorded = { id: draft.id, contract: entry.contract, input, bound, operations };
  const approval = refusal ?? (await requiredFor(draft, prepared));
  if (isCountersignError(approval)) return orDenied(call, runtime, () => recordedOr(approval, recorded));
  const claim = claimOf(draft, prepared);
  const against = Promise.all([duplicateOf(draft, prepared), claim.refused]).then(([first, then]) => first ?? then);
  // People are not asked about what would be refused anyway.
  const refused = approval && (await against);
  if (refused) {
    await claim.undo();
    return recordedOr(refused, recorded);
  }
  try {
    const held = heldBack(draft, bound, { against, runtime });
    const { operation, replayed } = await runtime.once(opened(draft, approval), bound, held);
    if (!replayed || operation.state === 'not_applied') await followed(operation, prepared);
    return answerOf(operation, { now: operations.now(), replayed });
  } catch (error) {
    await claim.undo();
    // Another digest may be the same arguments in an organisation, or for a contract, that a deploy has changed since.
    if (isCountersignError(error) && error.code === 'IDEMPOTENCY_KEY_REUSED') return recordedOr(error, recorded);
    throw error;
  }
}

/** What people have to say before, or why nobody may be asked. */
function requiredFor(
  { id: operationId }: Operation,
  { call: { step }, entry, agent, input, runtime }: Prepared,
): Promise<Requirement | CountersignError | undefined> {
  const { configuration, operations, totals } = runtime;
  const sum: CallToApprove['sum'] = (towards) => totals.add({ ...towards, operationId, now: operations.now() });
  return requirementOf(entry, agent, { input, configuration, sum, step }).catch((error: unknown) => {
    if (isCountersignError(error)) return error;
    throw error;
  });
}

/** The operation that a call would open: a create is sent at once, an update first reads what it changes. */
function draftOf(bound: Write, prepared: Prepared): Operation {
  const { runtime, entry, ground, input } = prepared;
  const now = runtime.operations.now();
  const record = recordOf(prepared, now);
  const { maxLength } = ground.connector.reference;
  return {
    ...record,
    group: bound.groupOf(input) ?? record.id,
    commits: commitmentOf(entry.contract, input, runtime.configuration.approvals),
    takesFrom: entry.contract.takesFrom?.(input),
    reference: referenceOf(record.id, { stage: runtime.stage, maxLength }),
    ...(bound.needsBefore ? { state: 'accepted', attempts: 0 } : { state: 'attempted', attempts: 1 }),
  };
}

/** What the operation of any call says of it. */
function recordOf(prepared: Prepared, now: number): Omit<Operation, 'state' | 'attempts'> {
  const { call, entry, agent, input, organisation, digest } = prepared;
  return {
    ...{ id: idOf(prepared), principal: principalIn(call), agent, tool: entry.id, system: entry.system },
    ...{ digest, organisation, input: JSON.stringify(input), reference: '' },
    ...{ version: 1, sendBy: now + sendBudget, validation: '', writtenBy: randomUUID() },
    ...{ createdAt: now, updatedAt: now, day: dayOf(now), events: [] },
    ...(call.step && { step: call.step }),
  };
}

const idOf = ({ call, entry }: Pick<Prepared, 'call' | 'entry'>): string =>
  call.step
    ? stepIdOf(call.step)
    : operationIdOf({ principal: principalIn(call), tool: entry.id, key: idempotencyKeyOf(call.keys) });

const principalIn = ({ principal }: ToolCall): string => `${principal.account}/${principal.role}`;

/** Whether the same was asked for a short time ago; where nobody can tell, that is what the call is refused for. */
async function duplicateOf(draft: Operation, { entry, input, runtime }: Prepared) {
  const { configuration, contents, operations } = runtime;
  const { withinHours = 24 } = configuration.possibleDuplicates ?? {};
  if (entry.contract.effect !== 'create' || !entry.contract.businessKey) return undefined;
  const looking = { contents, operations, within: withinHours * 3_600_000 };
  return possibleDuplicate(draft, { ...looking, instead: entry.contract.notDuplicateOf?.(input) }).catch(
    (error: unknown) => {
      if (isCountersignError(error)) return error;
      throw error;
    },
  );
}

/** What it uses up of budgets, from here on: whoever else wants it meanwhile is refused. */
const claimOf = ({ id: operationId }: Operation, { entry, input, today, runtime }: Prepared): Claim =>
  claimAllocations({
    ...{ operationId, at: runtime.operations.now(), today, ledger: runtime.ledger, operations: runtime.operations },
    uses: entry.contract.allocationsOf?.(input) ?? [],
  });

/** Whoever goes on with what became of it finds the budgets as they are then. Where that fails the relay does it, as for everything that ends later. */
async function followed(operation: Operation, { entry: { contract }, runtime: { ledger, operations } }: Prepared) {
  if (!ledger || !(contract.allocationsOf ?? contract.cancelledParts)) return;
  const on = { ledger, contract, now: operations.now(), relayed: false };
  await followAllocations(operation, on).catch(() => undefined);
}

/** A possible duplicate is not sent; a change of a document that has others waiting waits behind them. Where nobody can tell, it waits too. */
async function heldBack(
  { id, system, group = '', attempts }: Operation,
  { needsBefore }: Write,
  { against, runtime }: { against: Promise<CountersignError | undefined>; runtime: Runtime },
): Promise<Outcome | undefined> {
  const duplicate = await against;
  if (duplicate) return outcomeOf(duplicate, id);
  const busy = needsBefore && (await runtime.isBusy(laneOf(system, group)).catch(() => true));
  return busy ? { state: 'queued', reason: 'BEHIND_OTHERS', unsent: attempts } : undefined;
}

/** The draft with its first event. What waits for a person has not been sent. */
function opened(draft: Operation, required: Requirement | undefined): Operation {
  const waits = required && {
    ...{ state: 'awaiting_approval' as const, attempts: 0 },
    approval: { ...required, of: [...required.of], never: [...required.never], round: 1 },
  };
  const operation = indexed({ ...draft, ...waits });
  return { ...operation, events: [eventOf(operation)] };
}

function agentOf({ agents }: Configuration, name: string): Agent {
  const agent = agents[name];
  if (!agent) throw new CountersignError('AGENT_UNKNOWN', `${name} is no agent.`);
  return agent;
}
