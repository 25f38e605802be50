import * as z from 'zod';
import { type Asking, ask } from '../core/approval/ask.ts';
import { type AskingAbout, brief, changedFacts, materialNow } from '../core/approval/brief.ts';
import { type CarryingOut, carryOut, type Next } from '../core/approval/carry-out.ts';
import { type Dossier, dossierSchema } from '../core/approval/dossier.ts';
import { notDelivered } from '../core/approval/escalation.ts';
import type { PolicyContext } from '../core/approval/policy-facts.ts';
import { civilDate } from '../core/civil-date.ts';
import type { Configuration, ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import type { Operation } from '../core/operation/operation.ts';
import { bindWrite } from '../core/operation/write.ts';
import { claimAllocations } from '../core/policy/allocations.ts';
import { grantOf } from '../core/policy/authorise.ts';
import { usesOf } from '../core/policy/follow-allocations.ts';
import { recheckPolicy } from '../core/policy/recheck.ts';
import { type CatalogueEntry, catalogueOf } from '../core/system.ts';
import { isRead } from '../core/tool.ts';
import { approvalsTable } from './approvals-table.ts';
import { askingPeople } from './asking-people.ts';
import type { environmentOf } from './environment.ts';
import { ledgerTable } from './ledger-table.ts';
import { logError } from './log.ts';
import { mailEventSchema } from './mail-event.ts';
import { connectOnce, stores } from './runtime.ts';

/** What the function of `serveApproved` has in its environment. */
export const approvedVariables = [
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
  'MAIL_EVENTS',
  'LEDGER_TABLE',
] as const;

type Environment = ReturnType<typeof environmentOf<typeof approvedVariables>>;

const request = z.union([
  z.strictObject({ do: z.literal('ask'), operationId: z.string(), token: z.string() }),
  z.strictObject({ do: z.literal('carry-out'), operationId: z.string() }),
  mailEventSchema,
]);

/**
 * What the machine of approved writes calls, for one system: asks people, and carries out what they said. The agent, the
 * content and the decision are read from the stores; nothing in the event is believed but which operation it is about. It
 * also hears of mails that did not arrive, and has others asked.
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
  const ground = connectOnce(configuration, { system, stage, origins, secretArn, client, clock, patient: true });

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
  const reads = new Map(
    catalogue.filter(({ contract }) => contract.effect === 'read').map((entry) => [entry.contract.name, entry]),
  );
  const about = async (operation: Operation): Promise<AskingAbout> => {
    const { client: connected, patience } = await ground(system);
    return {
      entry: entryOf(operation),
      input: JSON.parse(operation.input),
      reads,
      call: { client: connected, organisation: operation.organisation, today: today(), patience },
      now: clock.now,
      failed: (contract, error) => logError('a fact for an approver is missing', error, { contract }),
    };
  };
  const facts = async (operation: Operation): Promise<Omit<Dossier, 'differences'>> =>
    brief({ ...(await about(operation)), policy: policyOf(operation, entryOf(operation), configuration) });

  const ledger = environment.LEDGER_TABLE === undefined ? undefined : ledgerTable(client, environment.LEDGER_TABLE);
  // What the call has taken when it was asked for; what operators have changed takes it here.
  const stillAllocated = (operation: Operation) =>
    claimAllocations({
      ...{ ledger, operations, operationId: operation.id, at: clock.now(), today: today() },
      uses: usesOf(operation, entryOf(operation).contract),
    }).refused;
  const carrying: CarryingOut = {
    operations,
    approvals,
    journal,
    write,
    async recheck(operation, approval) {
      recheckPolicy(operation, entryOf(operation), { configuration, account: environment.ACCOUNT_ID, today: today() });
      const refused = await stillAllocated(operation);
      if (refused) throw refused;
      const { mapError } = (await ground(system)).connector;
      const material = await materialNow({ ...(await about(operation)), mapError });
      return changedFacts(dossierSchema.parse(JSON.parse(approval.shown)).material, material);
    },
  };
  const asking: Asking = {
    ...{ operations, approvals, journal, facts },
    ...askingPeople(configuration, {
      ...{ client, table: environment.APPROVALS_TABLE, today, now: () => clock.now() },
      ...{ from: environment.MAIL_FROM, configurationSet: environment.MAIL_EVENTS, peopleUrl: environment.PEOPLE_URL },
    }),
  };

  return async (event: unknown): Promise<Next | { done: true }> => {
    try {
      const asked = request.parse(event);
      if (asked.do === 'carry-out') return await carryOut(asked.operationId, carrying);
      if (asked.do === 'ask') await ask(asked.operationId, asked.token, asking);
      else await notDelivered(asked, { ...asking, now: operations.now });
      return { done: true };
    } catch (error) {
      logError('an approved write could not go on', error);
      throw error;
    } finally {
      await ground.settled();
    }
  };
}

/** What an approver should know of the rules that the call meets. */
function policyOf(
  { agent, approval, step }: Operation,
  entry: CatalogueEntry,
  { agents, approvals }: Configuration,
): PolicyContext {
  const granted = agents[agent];
  const limit = granted && grantOf(granted, entry, step)?.limit;
  return { settings: approvals, limit, total: approval?.total };
}
