import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { freePort } from '../bin/free-port.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../bin/simulator-process.ts';
import { type Service, ServiceError } from '../local/service.ts';
import { dynamodb } from '../local/services/dynamodb/dynamodb.ts';
import { account } from './call.ts';
import type { Trip } from './trips.ts';

/** What functions talk to: a DynamoDB that counts its calls, a secret, and a simulated S/4HANA in a process of its own. */
export interface Backends {
  /** Of DynamoDB and Secrets Manager. */
  readonly endpoint: string;
  readonly erp: SimulatorProcess;
  /** The calls that reached a table since this was last asked. */
  takeTrips(table: string): Trip[];
  /** Puts items into a table, not over the wire. */
  fill(table: string, items: Iterable<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

/** Tables that the two stacks keep their records in. */
export const tables = { countersign: 'operations', conventional: 'idempotency' } as const;

/** What functions share while they work. */
export const coordination = 'coordination';

/** Starts them on loopback, without signatures and policies; DynamoDB is kept in memory. */
export async function startBackends(directory: string): Promise<Backends> {
  const erp = await startSimulatorProcess('connectors/s4hana/simulator/main.ts', {
    state: join(directory, 'erp'),
    port: await freePort(),
  });
  const service = dynamodb({
    database: new DatabaseSync(':memory:'),
    clock: { now: Date.now },
    account,
    region: 'eu-central-1',
  });
  await Promise.all([...Object.values(tables), coordination].map((table) => deployTable(service, table)));
  let trips: Trip[] = [];
  const secret = JSON.stringify(erp.credentials.write);
  const server = createServer(async (request, response) => {
    const from = performance.now();
    const [, action = ''] = String(request.headers['x-amz-target']).split('.');
    const input = body.parse(JSON.parse(await text(request)));
    const { status, answer } =
      action === 'GetSecretValue' ? secretAnswer(secret) : await carryOut(service, action, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    if (input.TableName) trips.push({ table: input.TableName, action, from, to: performance.now() });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: Partial<AddressInfo> = Object(server.address());
  return {
    endpoint: `http://127.0.0.1:${port}`,
    erp,
    takeTrips: (table) => {
      const taken = trips.filter((trip) => trip.table === table);
      trips = trips.filter((trip) => trip.table !== table);
      return taken;
    },
    fill: async (table, items) => {
      for (const each of items) {
        const input = { TableName: table, Item: marshall(each, { removeUndefinedValues: true }) };
        await service.actions['PutItem']?.run({ input, principal: 'bench' });
      }
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await erp.close();
    },
  };
}

const body = z.looseObject({ TableName: z.string().optional() });

function deployTable(service: Service, table: string) {
  return service.resources['AWS::DynamoDB::Table']?.deploy({
    stack: 'Bench',
    logicalId: table,
    properties: {
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  });
}

async function carryOut(service: Service, name: string, input: Record<string, unknown>) {
  try {
    const action = service.actions[name];
    if (!action) throw new ServiceError('UnknownOperationException', `the bench has no ${name}`);
    return { status: 200, answer: await action.run({ input, principal: 'bench' }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { status: error.status, answer: { __type: error.code, message: error.message, ...error.details } };
  }
}

const secretAnswer = (secret: string) => ({
  status: 200,
  answer: { ARN: 'arn:bench', Name: 'bench', VersionId: 'bench', SecretString: secret },
});
