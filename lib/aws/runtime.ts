import type { Configuration } from '../core/config.ts';
import type { Connector, Origins } from '../core/connector.ts';
import { CountersignError } from '../core/errors.ts';
import type { Operations } from '../core/operation/operation.ts';
import type { Ground } from '../core/operation/write.ts';
import type { System } from '../core/system.ts';
import { dynamoDb, secretsManager } from './clients.ts';
import { egress } from './egress.ts';
import { journalTable } from './journal-table.ts';
import { operationsTable } from './operations-table.ts';
import { s3Results } from './results.ts';
import { secretOf } from './secrets.ts';
import { tableClock } from './table-clock.ts';

/** Longest wait for one answer of a system where its configuration says nothing, in ms. */
const defaultPatience = 15_000;

/** What every function that touches operations runs on. */
export function stores(names: { operations?: string; journal?: string; results: string }) {
  const client = dynamoDb();
  const clock = tableClock(client);
  const results = s3Results(names.results, process.env);
  const operations: Operations = operationsTable(client, { tableName: names.operations ?? '', clock, results });
  return { client, clock, results, operations, journal: journalTable(client, names.journal ?? '') };
}

/** The one system that this function serves, connected once per process. */
export function connectOnce(
  configuration: Configuration,
  served: { system: string; origins: Origins; secretArn: string; stage: string },
): (system: string) => Promise<Ground> {
  let ground: Promise<Ground> | undefined;
  return (asked) => {
    const system = configuration.systems[served.system];
    if (asked !== served.system || !system)
      throw new CountersignError('TOOL_NOT_FOUND', `This function does not serve ${asked}.`);
    ground ??= connect(system, served);
    return ground;
  };
}

async function connect(
  system: System,
  { origins, secretArn, stage }: { origins: Origins; secretArn: string; stage: string },
): Promise<Ground> {
  const connector: Connector = await system.load();
  const client = connector.connect({
    settings: system.settings,
    origins,
    secret: secretOf(secretsManager(), { secretArn, schema: connector.secret }),
    transport: egress(origins, { loopback: stage === 'local' }),
    now: () => performance.now(),
  });
  return { connector, client, patience: system.patience ?? defaultPatience };
}
