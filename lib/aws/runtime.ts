import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Configuration } from '../core/config.ts';
import type { Connector, Origins } from '../core/connector.ts';
import { CountersignError } from '../core/errors.ts';
import type { Operations } from '../core/operation/operation.ts';
import type { Ground } from '../core/operation/write.ts';
import { frozenAt } from '../core/resilience/freeze.ts';
import { rulesOf } from '../core/resilience/limits.ts';
import { createMeter } from '../core/resilience/meter.ts';
import { meteredLedger } from '../core/resilience/metered-ledger.ts';
import { meteredTransport } from '../core/resilience/metered-transport.ts';
import { isLedger, type System } from '../core/system.ts';
import { claimsTable } from './claims-table.ts';
import { dynamoDb } from './clients.ts';
import { egress } from './egress.ts';
import { environmentOf } from './environment.ts';
import { journalTable } from './journal-table.ts';
import { ledgerTable } from './ledger-table.ts';
import { logError } from './log.ts';
import { meterTable } from './meter-table.ts';
import { operationsTable } from './operations-table.ts';
import { s3Results } from './results.ts';
import { secretOf } from './secrets.ts';
import { sharpClock } from './sharp-clock.ts';
import { type TableClock, tableClock } from './table-clock.ts';

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, signal && { signal }).catch(() => undefined); // only the signal can end it before its time

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

/** What a function serves, and on what. */
interface Served {
  readonly system: string;
  readonly origins: Origins;
  readonly secretArn: string;
  readonly stage: string;
  readonly client: DynamoDBClient;
  readonly clock: TableClock;
  /** No agent waits for it at the other end. */
  readonly patient?: boolean;
}

/** The one system that a function serves. */
interface Connect {
  (system: string): Promise<Ground>;
  /** Before a function answers: what it has not reported by then waits until the process is used again. */
  settled(): Promise<void>;
}

/** The one system that this function serves, connected once per process. */
export function connectOnce(configuration: Configuration, served: Served): Connect {
  let ground: Promise<Ground> | undefined;
  const settled = async (): Promise<void> => {
    const connected = await ground?.catch(() => undefined); // who asked for it was told
    await connected?.meter.settled();
  };
  const connected = (asked: string): Promise<Ground> => {
    const system = configuration.systems[served.system];
    if (asked !== served.system || !system)
      throw new CountersignError('TOOL_NOT_FOUND', `This function does not serve ${asked}.`);
    ground ??= connect(system, { ...served, timeZone: configuration.timeZone });
    return ground;
  };
  return Object.assign(connected, { settled });
}

async function connect(
  system: System,
  {
    system: id,
    origins,
    secretArn,
    stage,
    client: dynamo,
    clock,
    timeZone,
    patient = false,
  }: Served & { readonly timeZone: string },
): Promise<Ground> {
  const connector: Connector = await system.load();
  const limits = system.limits ?? connector.limits;
  const now = sharpClock(clock);
  const tables = environmentOf('COORDINATION_TABLE', 'OPERATIONS_TABLE');
  const places = { coordination: tables.COORDINATION_TABLE, operations: tables.OPERATIONS_TABLE };
  const meter = createMeter({
    store: meterTable(dynamo, { tableName: places.coordination, system: id }),
    ...{ limits, now, sleep, patient, random: Math.random, newId: () => randomUUID().slice(0, 13) },
    frozen: (moment) => frozenAt(system.freeze ?? [], { now: moment, timeZone }),
    onLost: (error) => logError('a meter did not take a report', error, { system: id }),
  });
  const { LEDGER_TABLE: ledger } = environmentOf('LEDGER_TABLE');
  const client = connector.connect({
    settings: system.settings,
    origins,
    ...(isLedger(system) && ledger !== undefined && { ledger: meteredLedger(ledgerTable(dynamo, ledger), meter) }),
    secret: secretOf(process.env, { secretArn, schema: connector.secret }),
    transport: meteredTransport(egress(origins, { loopback: stage === 'local' }), {
      ...{ meter, now, slowMs: rulesOf(limits).slowMs },
      apart: origins['token'] === undefined ? [] : [origins['token']],
    }),
    now,
  });
  const pots = claimsTable(dynamo, { ...places, now: clock.now });
  return { connector, client, meter, patience: system.patience ?? defaultPatience, pots };
}
