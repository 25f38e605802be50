import * as z from 'zod';
import { type Asking, ask } from '../core/approval/ask.ts';
import { brief, changedFacts } from '../core/approval/brief.ts';
import { type CarryingOut, carryOut, type Next } from '../core/approval/carry-out.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import { type Configuration, type ConfigurationByStage, principalOfRole } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import type { Operation } from '../core/operation/operation.ts';
import { bindWrite } from '../core/operation/write.ts';
import { civilDate } from '../core/pipeline.ts';
import { checkLimit, levelOf } from '../core/policy/authorise.ts';
import { type CatalogueEntry, catalogueOf } from '../core/system.ts';
import { isRead } from '../core/tool.ts';
import { type Links, newLink } from '../people/link.ts';
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
      'JOURNAL_TABLE',
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
  const { client, clock, operations, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    results: environment.RESULTS_BUCKET,
    journal: environment.JOURNAL_TABLE,
  });
  const approvals = approvalsTable(client, environment.APPROVALS_TABLE);
  const catalogue = catalogueOf(configuration.systems).filter((entry) => entry.system === system);
  const ground = connectOnce(configuration, { system, stage, origins, secretArn, client, clock });

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
  const facts = async (operation: Operation): Promise<Omit<Dossier, 'differences'>> => {
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

  const carrying: CarryingOut = {
    operations,
    approvals,
    journal,
    write,
    async recheck(operation, approval) {
      recheckPolicy(operation, entryOf(operation), { configuration, account: environment.ACCOUNT_ID, today: today() });
      const { material } = await facts(operation);
      return changedFacts(dossierSchema.parse(JSON.parse(approval.shown)).material, material);
    },
  };
  const asking: Asking = {
    operations,
    approvals,
    facts,
    wake: wakeExecution(stepFunctions()),
    send: questions(configuration, { links: approvalLinks(client, environment.APPROVALS_TABLE), ...environment }),
  };

  return async (event: unknown): Promise<Next | { asked: true }> => {
    try {
      const asked = request.parse(event);
      if (asked.do === 'carry-out') return await carryOut(asked.operationId, carrying);
      await ask(asked.operationId, asked.token, asking);
      return { asked: true };
    } catch (error) {
      logError('an approved write could not go on', error);
      throw error;
    }
  };
}

/** Sends one person one question, with a link of their own. */
function questions(
  { approvers = {}, timeZone }: Configuration,
  { links, MAIL_FROM: from, PEOPLE_URL: peopleUrl }: { links: Links; MAIL_FROM: string; PEOPLE_URL: string },
): Asking['send'] {
  const send = approvalMail(sesv2(), { from, peopleUrl });
  return async ({ approval, approver, expiration }) => {
    const person = approvers[approver];
    if (!person) throw new Error(`there is no approver ${approver} any more`);
    const { id: link, hash } = newLink();
    await links.put(hash, { approvalId: approval.id, approver, expiration });
    await send({ approval, approver: person, link, timeZone });
    return hash;
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
