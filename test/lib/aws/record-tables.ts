import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { vi } from 'vitest';
import { operationsTable } from '../../../lib/aws/operations-table.ts';
import type { Results } from '../../../lib/aws/results.ts';
import { tableClock } from '../../../lib/aws/table-clock.ts';
import { dynamodb } from '../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';
import { startTableProxy } from './table-proxy.ts';

/** The tables of records as the stack makes them, in the local engine; what reads its clients from the environment finds them. */
export async function openRecordTables() {
  const service = dynamodb(localContext());
  const indexOf = (IndexName: string, hash: string, range: string) => ({
    IndexName,
    KeySchema: [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'ALL' },
  });
  const table = (TableName: string, order: string, { range, open }: { range?: string; open?: string } = {}) =>
    deploy(
      service,
      'AWS::DynamoDB::Table',
      {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          ...['id', 'day', ...(open ? [open] : [])].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          ...[order, ...(open ? ['updatedAt'] : []), ...(range ? [range] : [])].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'N',
          })),
        ],
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          ...(range ? [{ AttributeName: range, KeyType: 'RANGE' }] : []),
        ],
        GlobalSecondaryIndexes: [
          indexOf('byDay', 'day', order),
          ...(open ? [indexOf('byUnsettled', open, 'updatedAt')] : []),
        ],
      },
      TableName,
    );
  await table('operations', 'createdAt', { open: 'unsettled' });
  await table('journal', 'at', { range: 'version' });
  await table('coordination', 'at');
  await table('ledger', 'at');
  const engine = await serve(service);
  const proxy = await startTableProxy(engine.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL', proxy.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  const client = new DynamoDBClient({ maxAttempts: 1 });
  const results: Results = {
    put: async () => {},
    get: async () => '',
    link: async (key) => key,
  };
  return {
    client,
    proxy,
    operations: operationsTable(client, { tableName: 'operations', clock: tableClock(client), results }),
    journal: async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: 'journal' }));
      return Items.map((item) => unmarshall(item));
    },
    close: async () => {
      vi.unstubAllEnvs();
      client.destroy();
      proxy.close();
      await engine.close();
    },
  };
}
