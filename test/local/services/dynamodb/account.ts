import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

/** What the tests of DynamoDB's behaviour run against. */
export interface Account {
  readonly client: DynamoDBClient;
  /** Makes a table of a name that nothing else has. */
  createTable(properties: TableInput): Promise<string>;
  close(): Promise<void>;
}

type TableInput = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'>;

const localAccount = async (): Promise<Account> => {
  const service = dynamodb(localContext());
  const { endpoint, close } = await serve(service);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  return {
    client,
    async createTable(properties) {
      const table = { TableName: `test-${randomUUID()}`, BillingMode: 'PAY_PER_REQUEST', ...properties };
      return (await deploy(service, 'AWS::DynamoDB::Table', table)).ref;
    },
    async close() {
      client.destroy();
      await close();
    },
  };
};

const realAccount = (endpoint: string): Account => {
  const client = new DynamoDBClient({ endpoint });
  const names: string[] = [];
  return {
    client,
    async createTable(properties) {
      const TableName = `countersign-test-${randomUUID()}`;
      await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...properties }));
      names.push(TableName);
      await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName });
      return TableName;
    },
    async close() {
      await Promise.all(names.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
      client.destroy();
    },
  };
};

/** The local engine behind a loopback port, or the real DynamoDB at COUNTERSIGN_DYNAMODB_ENDPOINT: the tests are the same. */
export const openAccount = async (): Promise<Account> => {
  const endpoint = process.env['COUNTERSIGN_DYNAMODB_ENDPOINT'];
  return endpoint ? realAccount(endpoint) : await localAccount();
};

/** A table with a partition key `id` alone. */
export const byId = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
} satisfies TableInput;
