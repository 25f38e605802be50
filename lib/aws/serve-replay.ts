import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationByStage } from '../core/config.ts';
import type { Drained } from '../core/operation/drain.ts';
import { workOff } from '../core/operation/work-off.ts';
import { catalogueOf } from '../core/system.ts';
import { receiving } from './backlog-queue.ts';
import { sqs } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { connectOnce, stores } from './runtime.ts';
import { totalsTable } from './totals-table.ts';
import { unsettledIndex } from './unsettled-index.ts';

/** What the function of `serveReplay` has in its environment. */
export const replayVariables = [
  'STAGE',
  'ACCOUNT_ID',
  'OPERATIONS_TABLE',
  'JOURNAL_TABLE',
  'COORDINATION_TABLE',
  'RESULTS_BUCKET',
  'SYSTEM',
  'SECRET_ARN',
  'ORIGINS',
  'BACKLOG_QUEUE',
  'UNREADABLE_QUEUE',
] as const;

type Environment = ReturnType<typeof environmentOf<typeof replayVariables>>;

/** The worker of one system's backlog: carries out what waits, oldest first in each lane, as fast as the system takes it. */
export function serveReplay(define: ConfigurationByStage, environment: Environment) {
  const { STAGE: stage, SYSTEM: system, ACCOUNT_ID: account, ORIGINS: origins, SECRET_ARN: secretArn } = environment;
  const configuration = define(stage);
  const { client, clock, operations } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const unsettled = unsettledIndex(client, environment.OPERATIONS_TABLE);
  const totals = totalsTable(client, environment.COORDINATION_TABLE);
  const catalogue = new Map(catalogueOf(configuration.systems).map((entry) => [entry.id, entry]));
  const ground = connectOnce(configuration, { system, stage, origins, secretArn, client, clock });
  const receive = receiving(sqs(), {
    queueUrl: environment.BACKLOG_QUEUE,
    unreadableUrl: environment.UNREADABLE_QUEUE,
  });

  return async (): Promise<Drained> =>
    workOff({
      ...{ system, account, configuration, catalogue, operations, totals, receive },
      ground: await ground(system),
      firstOf: unsettled.firstOf,
      queuedBefore: (moment) => unsettled.before(system, moment, 'queued'),
      now: () => performance.now(),
      sleep: (ms) => sleep(ms),
      failed: ({ operationId }, error) => logError('a turn of the backlog failed', error, { operationId }),
    });
}
