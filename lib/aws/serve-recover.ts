import * as z from 'zod';
import type { ConfigurationByStage } from '../core/config.ts';
import type { Finding } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import { orphaned, recover } from '../core/operation/recover.ts';
import { bindWrite } from '../core/operation/write.ts';
import { catalogueOf } from '../core/system.ts';
import { isRead } from '../core/tool.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { connectOnce, stores } from './runtime.ts';

type Environment = ReturnType<
  typeof environmentOf<['STAGE', 'OPERATIONS_TABLE', 'RESULTS_BUCKET', 'SYSTEM', 'SECRET_ARN', 'ORIGINS']>
>;

const request = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('recover'), operationId: z.string() }),
  z.strictObject({ ask: z.literal('check') }),
]);

/** What to ask of a system's recover function. */
export type RecoverRequest = z.input<typeof request>;
/** Its answer. */
export type RecoverAnswer = { readonly settled: true } | { readonly findings: readonly Finding[] };

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
    origins: environment.ORIGINS,
    secretArn: environment.SECRET_ARN,
  });

  const settle = async (operationId: string): Promise<RecoverAnswer> => {
    const operation = await operations.get(operationId);
    if (operation?.system !== system)
      throw new CountersignError('OPERATION_NOT_FOUND', 'This system has no such operation.');
    const tool = await catalogue.get(operation.tool)?.load();
    if (!tool || isRead(tool)) await orphaned(operations, operation);
    else await recover(operations, bindWrite(tool, await ground(system)), operation, { resend: false });
    return { settled: true };
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
      return asked.ask === 'check' ? await check() : await settle(asked.operationId);
    } catch (error) {
      logError('recover failed', error);
      throw error;
    }
  };
}
