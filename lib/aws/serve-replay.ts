import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { type Drained, drain } from '../core/operation/drain.ts';
import type { Operation } from '../core/operation/operation.ts';
import { checkAge, type Replaying, replay } from '../core/operation/replay.ts';
import { bindWrite } from '../core/operation/write.ts';
import { civilDate } from '../core/pipeline.ts';
import { requirementOf } from '../core/policy/approval.ts';
import { recheckPolicy } from '../core/policy/recheck.ts';
import { type CatalogueEntry, catalogueOf } from '../core/system.ts';
import { isRead } from '../core/tool.ts';
import { receiving } from './backlog-queue.ts';
import { sqs } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { connectOnce, stores } from './runtime.ts';
import { totalsTable } from './totals-table.ts';
import { unsettledIndex } from './unsettled-index.ts';

type Environment = ReturnType<
  typeof environmentOf<
    [
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
    ]
  >
>;

/** A little longer than the schedule's minute: while there is work, one worker takes over from the other. */
const budget = 62_000;
/** At a time; the meter of the system may allow fewer. */
const workers = 8;
/** What has been queued for this long without a turn while the queue is empty has lost it, in ms. */
const lostAfter = 120_000;

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

  const entryOf = ({ tool }: Operation): CatalogueEntry => {
    const entry = catalogue.get(tool);
    if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `${system} no longer has ${tool}.`);
    return entry;
  };
  const recheck = async (operation: Operation): Promise<void> => {
    const entry = entryOf(operation);
    const now = operations.now();
    checkAge(operation, now, entry.contract.freshFor);
    recheckPolicy(operation, entry, { configuration, account, today: civilDate(now, configuration.timeZone) });
    const required = await requirementOf(entry, operation.agent, {
      input: JSON.parse(operation.input),
      configuration,
      sum: (towards) => totals.add({ ...towards, operationId: operation.id, now }),
    });
    if (required) throw new CountersignError('NOT_GRANTED', `By now a person has to approve this: ${required.why}`);
  };
  const replaying: Replaying = {
    operations,
    firstOf: unsettled.firstOf,
    recheck,
    async write(operation) {
      const tool = await entryOf(operation).load();
      if (isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `${operation.tool} is a read.`);
      return bindWrite(tool, await ground(system));
    },
  };
  const sweep = async (): Promise<number> => {
    const ids = await unsettled.before(system, operations.now() - lostAfter, 'queued');
    for (const id of ids) {
      const operation = await operations.get(id);
      // Another version is another turn.
      if (operation?.state === 'queued') await operations.change(operation, {});
    }
    return ids.length;
  };

  return async (): Promise<Drained> => {
    const { meter, connector, client: connected, patience } = await ground(system);
    const drained = await drain(
      {
        receive,
        admitted: () => meter.reserve({ write: true, traffic: 'replay' }),
        probe: () => connector.ping(connected, AbortSignal.timeout(patience)),
        take: (turn) => replay(turn, replaying),
        sweep,
        now: () => performance.now(),
        sleep: (ms) => sleep(ms),
        failed: ({ operationId }, error) => logError('a turn of the backlog failed', error, { operationId }),
      },
      { until: performance.now() + budget, workers },
    );
    return drained;
  };
}
