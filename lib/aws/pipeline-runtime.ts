import type { ConfigurationByStage } from '../core/config.ts';
import type { Runtime } from '../core/pipeline.ts';
import { accessOf, catalogueOf } from '../core/system.ts';
import { contentsTable } from './contents-table.ts';
import type { environmentOf } from './environment.ts';
import { ledgerTable } from './ledger-table.ts';
import { powertoolsOnce } from './once.ts';
import { connectOnce, stores } from './runtime.ts';
import { totalsTable } from './totals-table.ts';
import { unsettledIndex } from './unsettled-index.ts';

/** What a function that carries out calls on one system at one access has in its environment. */
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

/** What the way of every call runs on, for the tools of one system at one access. */
export function pipelineRuntime(
  define: ConfigurationByStage,
  environment: ReturnType<typeof environmentOf<typeof toolsVariables>>,
) {
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
    ...{ stage, account, configuration, ground, operations, journal },
    catalogue: new Map(served.map((entry) => [entry.id, entry])),
    once: powertoolsOnce(operations),
    totals: totalsTable(client, environment.COORDINATION_TABLE),
    contents: contentsTable(client, environment.COORDINATION_TABLE),
    ...(ledgerName !== undefined && { ledger: ledgerTable(client, ledgerName) }),
    isBusy: async (lane) => (await unsettled.firstOf(lane)) !== undefined,
  };
  return { runtime, results, clock, settled: ground.settled };
}
