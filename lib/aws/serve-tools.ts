import type { ConfigurationByStage } from '../core/config.ts';
import type { Operations } from '../core/operation/operation.ts';
import { callTool, type Runtime } from '../core/pipeline.ts';
import { accessOf, catalogueOf } from '../core/system.ts';
import { contentsTable } from './contents-table.ts';
import type { environmentOf } from './environment.ts';
import { bodyOf, headerValues, httpHandler, principalOf } from './http.ts';
import { largeAnswers } from './large-answers.ts';
import { ledgerTable } from './ledger-table.ts';
import { measured } from './metrics.ts';
import { powertoolsOnce } from './once.ts';
import { connectOnce, stores } from './runtime.ts';
import { totalsTable } from './totals-table.ts';
import { unsettledIndex } from './unsettled-index.ts';

/** What the function of `serveTools` has in its environment. */
export const toolsVariables = [
  'STAGE',
  'ACCOUNT_ID',
  'OPERATIONS_TABLE',
  'JOURNAL_TABLE',
  'COORDINATION_TABLE',
  'RESULTS_BUCKET',
  'SYSTEM',
  'ACCESS',
  'SECRET_ARN',
  'ORIGINS',
  'LEDGER_TABLE',
] as const;

type Environment = ReturnType<typeof environmentOf<typeof toolsVariables>>;

/** The handler of `POST /v1/tools/{tool}` for one system and access. */
export function serveTools(define: ConfigurationByStage, environment: Environment) {
  const { STAGE: stage, ACCOUNT_ID: account, SYSTEM: system, ACCESS: access } = environment;
  const { LEDGER_TABLE: ledgerName } = environment;
  const configuration = define(stage);
  const { client, clock, operations, journal, results } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const unsettled = unsettledIndex(client, environment.OPERATIONS_TABLE);
  const served = catalogueOf(configuration.systems).filter(
    (entry) => entry.system === system && accessOf(entry.contract) === access,
  );
  const ground = connectOnce(configuration, {
    ...{ system, stage, client, clock },
    ...{ origins: environment.ORIGINS, secretArn: environment.SECRET_ARN },
  });
  const runtime: Runtime = {
    ...{ stage, account, configuration, ground },
    catalogue: new Map(served.map((entry) => [entry.id, entry])),
    operations: operations satisfies Operations,
    journal,
    once: powertoolsOnce(operations),
    totals: totalsTable(client, environment.COORDINATION_TABLE),
    contents: contentsTable(client, environment.COORDINATION_TABLE),
    ...(ledgerName !== undefined && { ledger: ledgerTable(client, ledgerName) }),
    isBusy: async (lane) => (await unsettled.firstOf(lane)) !== undefined,
  };
  return httpHandler(async (event, traceId) => {
    const tool = event.path.split('/').at(-1) ?? '';
    const call = {
      principal: principalOf(event),
      tool,
      keys: [
        ...headerValues(event, 'idempotency-key'),
        ...(event.multiValueQueryStringParameters?.['idempotencyKey'] ?? []),
      ],
      body: bodyOf(event),
      traceId,
    };
    const answer = await measured({ tool, system }, () => callTool(call, runtime)).finally(ground.settled);
    return largeAnswers(results, answer);
  });
}
