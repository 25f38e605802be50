import * as z from 'zod';
import type { Approval } from '../core/approval/approval.ts';
import { brief, changedFacts } from '../core/approval/brief.ts';
import { type CarryingOut, carryOut, type Next, roundId } from '../core/approval/carry-out.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import { type Configuration, type ConfigurationByStage, principalOfRole } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { keepFor, type Operation } from '../core/operation/operation.ts';
import { bindWrite } from '../core/operation/write.ts';
import { civilDate } from '../core/pipeline.ts';
import { checkLimit, levelOf } from '../core/policy/authorise.ts';
import { type CatalogueEntry, catalogueOf } from '../core/system.ts';
import { isRead } from '../core/tool.ts';
import { newLink } from '../people/link.ts';
import { approvalLinks } from './approval-links.ts';
import { approvalMail } from './approval-mail.ts';
import { approvalsTable } from './approvals-table.ts';
import { sesv2, stepFunctions } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { connectOnce, stores } from './runtime.ts';
import { wakeExecution } from './wake-execution.ts';

type Environment = ReturnType<
  typeof environmentOf<
    [
      'STAGE',
      'ACCOUNT_ID',
      'OPERATIONS_TABLE',
      'APPROVALS_TABLE',
      'RESULTS_BUCKET',
      'SYSTEM',
      'SECRET_ARN',
      'ORIGINS',
      'PEOPLE_URL',
      'MAIL_FROM',
    ]
  >
>;

const request = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('ask'), operationId: z.string(), token: z.string() }),
  z.strictObject({ do: z.literal('carry-out'), operationId: z.string() }),
]);

/**
 * What the machine of approved writes calls, for one system: asks people, and carries out what they said. The agent, the
 * content and the decision are read from the stores; nothing in the event is believed but which operation it is about.
 */
export function serveApproved(define: ConfigurationByStage, environment: Environment) {
  const { STAGE: stage, SYSTEM: system, ORIGINS: origins, SECRET_ARN: secretArn } = environment;
  const configuration = define(stage);
  const { client, clock, operations } = stores({
    operations: environment.OPERATIONS_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const approvals = approvalsTable(client, environment.APPROVALS_TABLE);
  const links = approvalLinks(client, environment.APPROVALS_TABLE);
  const catalogue = catalogueOf(configuration.systems).filter((entry) => entry.system === system);
  const ground = connectOnce(configuration, { system, stage, origins, secretArn });
  const wake = wakeExecution(stepFunctions());
  const send = approvalMail(sesv2(), { from: environment.MAIL_FROM, peopleUrl: environment.PEOPLE_URL });

  const entryOf = ({ tool }: Operation): CatalogueEntry => {
    const entry = catalogue.find(({ id }) => id === tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `${system} no longer has ${tool}.`);
    return entry;
  };
  const write = async (operation: Operation) => {
    const tool = await entryOf(operation).load();
    if (isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `${operation.tool} is a read.`);
    return bindWrite(tool, await ground(system));
  };
  const today = () => civilDate(clock.now(), configuration.timeZone);
  const factsOf = async (operation: Operation): Promise<Omit<Dossier, 'differences'>> => {
    const { client: connected, patience } = await ground(system);
    const reads = new Map(
      catalogue.filter(({ contract }) => contract.effect === 'read').map((entry) => [entry.contract.name, entry]),
    );
    return brief({
      entry: entryOf(operation),
      input: JSON.parse(operation.input),
      reads,
      call: { client: connected, organisation: operation.organisation, today: today(), patience },
      now: clock.now,
      failed: (contract, error) => logError('a fact for an approver is missing', error, { contract }),
    });
  };

  const on: CarryingOut = {
    operations,
    approvals,
    write,
    async recheck(operation, approval) {
      recheckPolicy(operation, entryOf(operation), { configuration, account: environment.ACCOUNT_ID, today: today() });
      const { material } = await factsOf(operation);
      return changedFacts(dossierSchema.parse(JSON.parse(approval.shown)).material, material);
    },
  };

  /** Opens the round, or finds it; hands its token over; sends what was not sent. Runs any number of times. */
  const ask = async (operationId: string, token: string): Promise<void> => {
    const operation = await operations.get(operationId);
    if (operation?.state !== 'awaiting_approval' || !operation.approval) return wake(token);
    const existing = await approvals.get(roundId(operation));
    const opened = existing ?? (await approvals.open(await draftOf(operation))).approval;
    const handed = await approvals.change(opened, { token });
    if (handed.approval.status !== 'pending') return wake(token);
    if (!handed.won) throw new Error(`approval ${opened.id} changed while it was opened`);
    await mailAll(handed.approval);
  };

  const draftOf = async (operation: Operation): Promise<Approval> => {
    const { id, approval, digest, tool, agent } = operation;
    if (!approval) throw new Error(`operation ${id} asks for no approval`);
    const now = clock.now();
    const facts = await factsOf(operation);
    const last = await approvals.get(`${id}.${approval.round - 1}`);
    const before = last ? dossierSchema.parse(JSON.parse(last.shown)).material : facts.material;
    return {
      ...{ id: roundId(operation), operationId: id, round: approval.round, system, tool, agent, digest },
      ...{ status: 'pending', version: 1, need: approval.need, of: approval.of, decisions: [], why: approval.why },
      shown: JSON.stringify({ ...facts, differences: changedFacts(before, facts.material) }),
      ...{ createdAt: now, expiresAt: now + approval.within * 3_600_000, links: {}, mailed: [] },
    };
  };

  const mailAll = async (round: Approval): Promise<void> => {
    let current = round;
    for (const name of round.of) {
      const approver = configuration.approvers?.[name];
      if (!approver || current.mailed.includes(name)) continue;
      const { id: link, hash } = newLink();
      const expiration = Math.floor(round.expiresAt / 1000) + keepFor;
      await links.put(hash, { approvalId: round.id, approver: name, expiration });
      await send({ approval: current, approver, link, timeZone: configuration.timeZone });
      const { approval } = await approvals.change(current, {
        mailed: [...current.mailed, name],
        links: { ...current.links, [name]: hash },
      });
      current = approval;
    }
  };

  return async (event: unknown): Promise<Next | { asked: true }> => {
    try {
      const asked = request.parse(event);
      if (asked.do === 'carry-out') return await carryOut(asked.operationId, on);
      await ask(asked.operationId, asked.token);
      return { asked: true };
    } catch (error) {
      logError('an approved write could not go on', error);
      throw error;
    }
  };
}

/** Grant, level, limit and the contract's own rules, as they are now. Throws what forbids it. */
function recheckPolicy(
  operation: Operation,
  entry: CatalogueEntry,
  { configuration, account, today }: { configuration: Configuration; account: string; today: string },
): void {
  const agent = configuration.agents[operation.agent];
  if (!agent || principalOfRole(agent.role, account) !== operation.principal)
    throw new CountersignError('AGENT_UNKNOWN', `${operation.agent} is no longer that agent.`);
  const level = levelOf(agent, entry);
  if (level !== 'approve' && level !== 'auto')
    throw new CountersignError('NOT_GRANTED', `${operation.agent} has no grant for ${entry.id} any more.`);
  const input: unknown = JSON.parse(operation.input);
  checkLimit(agent, entry, entry.contract.amountOf?.(input));
  entry.contract.validate?.(input, { today });
}
