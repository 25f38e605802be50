import * as z from 'zod';
import type { ConfigurationByStage } from '../core/config.ts';
import type { Finding } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import type { Evidence } from '../core/operation/evidence.ts';
import type { Operation } from '../core/operation/operation.ts';
import { type Reconciling, reconcile } from '../core/operation/reconcile.ts';
import { bindWrite } from '../core/operation/write.ts';
import { catalogueOf } from '../core/system.ts';
import { type CreateTool, isRead, type UpdateTool } from '../core/tool.ts';
import { type CreatedAnswer, createdDocuments, type NotListed } from './created-documents.ts';
import type { environmentOf } from './environment.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { logError } from './log.ts';
import { meterTable } from './meter-table.ts';
import { parkedIndex } from './parked-index.ts';
import { tellParked } from './parked-metric.ts';
import { connectOnce, stores } from './runtime.ts';
import { type Settled, settleOpen } from './settle-open.ts';
import { unsettledIndex } from './unsettled-index.ts';
import { tellWaiting } from './waiting-metric.ts';

type Environment = ReturnType<
  typeof environmentOf<
    ['STAGE', 'OPERATIONS_TABLE', 'COORDINATION_TABLE', 'RESULTS_BUCKET', 'SYSTEM', 'SECRET_ARN', 'ORIGINS']
  >
>;

const request = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('recover'), operationId: z.string() }),
  z.strictObject({ ask: z.literal('evidence'), operationId: z.string(), document: z.string().optional() }),
  z.strictObject({ ask: z.literal('documents'), from: z.iso.date(), to: z.iso.date(), cursor: z.string().optional() }),
  z.strictObject({ ask: z.literal('check') }),
  z.strictObject({ ask: z.literal('reconcile') }),
]);

/** What to ask of a system's recover function. */
export type RecoverRequest = z.input<typeof request>;
/** Its answer. */
export type RecoverAnswer =
  | { readonly settled: true }
  | Evidence
  | { readonly findings: readonly Finding[] }
  | CreatedAnswer
  | NotListed
  | Settled;

const checkBudget = 20_000;

/**
 * Settles operations of one system by asking the system, and checks the system itself. Invoked by our own functions
 * only. It holds the read credential and carries no authority: nobody can make it write to the system.
 */
export function serveRecover(define: ConfigurationByStage, environment: Environment) {
  const { STAGE: stage, SYSTEM: system } = environment;
  const configuration = define(stage);
  const { operations, client, clock } = stores({
    operations: environment.OPERATIONS_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const catalogue = new Map(catalogueOf(configuration.systems).map((entry) => [entry.id, entry]));
  const ground = connectOnce(configuration, {
    system,
    stage,
    client,
    clock,
    patient: true,
    origins: environment.ORIGINS,
    secretArn: environment.SECRET_ARN,
  });

  const unsettled = unsettledIndex(client, environment.OPERATIONS_TABLE);
  const parked = parkedIndex(client, environment.OPERATIONS_TABLE);
  const meter = meterTable(client, { tableName: environment.COORDINATION_TABLE, system });
  const toolOf = async ({ tool: id }: Operation): Promise<CreateTool | UpdateTool | undefined> => {
    const tool = await catalogue.get(id)?.load();
    return !tool || isRead(tool) ? undefined : tool;
  };
  const reconciling: Reconciling = {
    operations,
    async write(operation) {
      const tool = await toolOf(operation);
      return tool && bindWrite(tool, await ground(system));
    },
  };
  const ours = async (operationId: string): Promise<Operation> => {
    const operation = await operations.get(operationId);
    if (operation?.system === system) return operation;
    throw new CountersignError('OPERATION_NOT_FOUND', 'This system has no such operation.');
  };
  const settle = async (operationId: string): Promise<RecoverAnswer> => {
    await reconcile(await ours(operationId), reconciling);
    return { settled: true };
  };
  const settleAll = async (): Promise<RecoverAnswer> => {
    const settled = await settleOpen(system, { unsettled, reconciling });
    const now = operations.now();
    await tellParked(parked, { system, now });
    await tellWaiting(system, { client, table: environment.OPERATIONS_TABLE, meter, now });
    return settled;
  };
  const check = async (): Promise<RecoverAnswer> => {
    const { connector, client: connected } = await ground(system);
    try {
      return { findings: await connector.check(connected, AbortSignal.timeout(checkBudget)) };
    } catch (error) {
      const { code, message } = isCountersignError(error) ? error : connector.mapError(error);
      return { findings: [{ what: 'connection', ok: false, detail: `${code}: ${message}` }] };
    }
  };
  return async (event: unknown): Promise<RecoverAnswer> => {
    try {
      const asked = request.parse(event);
      if (asked.ask === 'reconcile') return await settleAll();
      if (asked.ask === 'documents') {
        const { ask: _, ...days } = asked;
        return await createdDocuments(system, () => ground(system), days);
      }
      if (asked.ask === 'evidence') {
        const operation = await ours(asked.operationId);
        const { tool, document } = { tool: await toolOf(operation), document: asked.document };
        return await gatherEvidence(operation, { tool, document, ground: () => ground(system), now: operations.now });
      }
      return asked.ask === 'check' ? await check() : await settle(asked.operationId);
    } catch (error) {
      logError('recover failed', error);
      throw error;
    } finally {
      await ground.settled();
    }
  };
}
