import * as z from 'zod';
import type { ConfigurationByStage } from '../core/config.ts';
import type { Finding } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import type { Evidence } from '../core/operation/evidence.ts';
import { type Operation, secondLookOf } from '../core/operation/operation.ts';
import { lookAgain, type Reconciling, reconcile, secondLookAfter } from '../core/operation/reconcile.ts';
import { bindWrite } from '../core/operation/write.ts';
import { catalogueOf } from '../core/system.ts';
import { type CreateTool, isRead, type UpdateTool } from '../core/tool.ts';
import type { environmentOf } from './environment.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { logError } from './log.ts';
import { connectOnce, stores } from './runtime.ts';
import { unsettledIndex } from './unsettled-index.ts';

type Environment = ReturnType<
  typeof environmentOf<['STAGE', 'OPERATIONS_TABLE', 'RESULTS_BUCKET', 'SYSTEM', 'SECRET_ARN', 'ORIGINS']>
>;

const request = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('recover'), operationId: z.string() }),
  z.strictObject({ ask: z.literal('evidence'), operationId: z.string(), document: z.string().optional() }),
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
  /** Operations that were looked at, and of how many the question got no answer. */
  | { readonly lookedAt: number; readonly failed: number };

const checkBudget = 20_000;
/** The next run goes on where this one has to stop, in ms. */
const reconcileBudget = 20_000;
/** Who is at work on an operation gets this long before others look at it, in ms. */
const untouchedFor = 30_000;

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
    origins: environment.ORIGINS,
    secretArn: environment.SECRET_ARN,
  });

  const unsettled = unsettledIndex(client, environment.OPERATIONS_TABLE);
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
    const until = performance.now() + reconcileBudget;
    const now = operations.now();
    const open = await unsettled.before(system, now - untouchedFor, 'others');
    const believed = await unsettled.before(secondLookOf(system), now - secondLookAfter, 'others');
    let lookedAt = 0;
    let failed = 0;
    for (const [ids, look] of [
      [open, reconcile],
      [believed, lookAgain],
    ] as const)
      for (const id of ids) {
        if (performance.now() > until) return { lookedAt, failed };
        lookedAt++;
        try {
          const operation = await operations.get(id);
          if (operation) await look(operation, reconciling);
        } catch (error) {
          failed++;
          logError('an operation could not be looked at', error, { operationId: id });
        }
      }
    return { lookedAt, failed };
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
      if (asked.ask === 'evidence') {
        const operation = await ours(asked.operationId);
        const { tool, document } = { tool: await toolOf(operation), document: asked.document };
        return await gatherEvidence(operation, { tool, document, ground: () => ground(system), now: operations.now });
      }
      return asked.ask === 'check' ? await check() : await settle(asked.operationId);
    } catch (error) {
      logError('recover failed', error);
      throw error;
    }
  };
}
