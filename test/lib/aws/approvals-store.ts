import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Approval } from '../../../lib/core/approval/approval.ts';
import { dynamodb } from '../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';
import { startTableProxy } from './table-proxy.ts';

/** The approvals table as the stack makes it, in the local engine, behind a proxy that loses answers on request. */
export async function openApprovalsStore() {
  const service = dynamodb(localContext());
  await deploy(service, 'AWS::DynamoDB::Table', {
    TableName: 'approvals',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'status', AttributeType: 'S' },
      { AttributeName: 'about', AttributeType: 'S' },
      { AttributeName: 'createdAt', AttributeType: 'N' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byStatus',
        KeySchema: [
          { AttributeName: 'status', KeyType: 'HASH' },
          { AttributeName: 'createdAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byAbout',
        KeySchema: [
          { AttributeName: 'about', KeyType: 'HASH' },
          { AttributeName: 'createdAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status', 'need', 'decisions', 'shown'] },
      },
    ],
  });
  const engine = await serve(service);
  const proxy = await startTableProxy(engine.endpoint);
  const client = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 2,
  });
  const close = async () => {
    client.destroy();
    proxy.close();
    await engine.close();
  };
  return { client, proxy, close, tableName: 'approvals' };
}

/** A round that asks Anna. */
export const roundOf = (id: string, overrides: Partial<Approval> = {}): Approval => ({
  id,
  operationId: id.split('.')[0] ?? id,
  round: 1,
  system: 'erp',
  tool: 'erp_create_purchase_order',
  agent: 'buyer-agent',
  digest: 'd1',
  status: 'pending',
  version: 1,
  need: 1,
  of: ['anna'],
  decisions: [],
  why: '12,400.00 EUR is above the limit of 10,000 EUR for this agent.',
  shown: '{}',
  createdAt: Date.UTC(2026, 6, 1, 9),
  expiresAt: Date.UTC(2036, 6, 3, 14),
  token: 'wake-me',
  links: {},
  mailed: [],
  ...overrides,
});
