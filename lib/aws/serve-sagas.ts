import type { ConfigurationByStage } from '../core/config.ts';
import { sagaEntries, sagaSystem } from '../core/saga/deployed.ts';
import { startSaga } from '../core/saga/start.ts';
import type { environmentOf } from './environment.ts';
import { httpHandler, toolCallOf } from './http.ts';
import { measured } from './metrics.ts';
import { powertoolsOnce } from './once.ts';
import { stores } from './runtime.ts';

/** What the function of `serveSagas` has in its environment. */
export const sagasVariables = ['STAGE', 'ACCOUNT_ID', 'OPERATIONS_TABLE', 'JOURNAL_TABLE', 'RESULTS_BUCKET'] as const;

type Environment = ReturnType<typeof environmentOf<typeof sagasVariables>>;

/** The handler of `POST /v1/tools/{saga}`: records what an agent wants; the relay starts the machine that does it. */
export function serveSagas(define: ConfigurationByStage, environment: Environment) {
  const configuration = define(environment.STAGE);
  const { operations, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const on = {
    ...{ account: environment.ACCOUNT_ID, configuration, operations, journal },
    catalogue: new Map(sagaEntries(configuration).map((entry) => [entry.id, entry])),
    once: powertoolsOnce(operations),
  };
  return httpHandler(async (event, traceId) => {
    const call = toolCallOf(event, traceId);
    return measured({ tool: call.tool, system: sagaSystem }, () => startSaga(call, on));
  });
}
