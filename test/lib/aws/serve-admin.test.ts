import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveAdmin } from '../../../lib/aws/serve-admin.ts';
import { serveOperations } from '../../../lib/aws/serve-operations.ts';
import type { Configuration } from '../../../lib/core/config.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

const account = '111122223333';
const configuration: Configuration = {
  timeZone: 'UTC',
  systems: {},
  agents: { buyer: { role: 'role/buyer', grants: {} } },
  operators: { operator: { role: 'role/operator' } },
};
const environment = {
  STAGE: 'test',
  ACCOUNT_ID: account,
  OPERATIONS_TABLE: 'operations',
  JOURNAL_TABLE: 'journal',
  COORDINATION_TABLE: 'coordination',
  RESULTS_BUCKET: 'results',
  RECOVER_FUNCTIONS: {},
  BACKLOG_QUEUES: {},
};

let tables: Awaited<ReturnType<typeof openRecordTables>>;
let admin: ReturnType<typeof serveAdmin>;
let operations: ReturnType<typeof serveOperations>;
beforeAll(async () => {
  tables = await openRecordTables();
  admin = serveAdmin(() => configuration, environment);
  operations = serveOperations(() => configuration, environment);
});
afterAll(() => tables.close());

const eventOf = (role: string, resource: string, more: object): APIGatewayProxyEvent =>
  ({
    httpMethod: 'GET',
    resource,
    requestContext: { identity: { userArn: `arn:aws:sts::${account}:assumed-role/${role}/session` } },
    ...more,
  }) as unknown as APIGatewayProxyEvent;
const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

test.each<[string, string]>([
  ['no base64', '%%%'],
  ['an empty key', cursorOf({})],
  ['nothing', cursorOf(null)],
  ['a number', cursorOf(7)],
  ['a key of other fields', cursorOf({ color: { S: 'red' } })],
  ['a key of another type', cursorOf({ id: { N: '1' }, day: { S: '2026-06-01' }, createdAt: { N: '1' } })],
  ['a key that is no key', cursorOf({ id: 'x', day: 'y', createdAt: 'z' })],
])('a cursor that is %s is a 400', async (_, cursor) => {
  for (const list of ['operations', 'journal']) {
    const event = eventOf('operator', `/v1/admin/${list}`, { queryStringParameters: { day: '2026-06-01', cursor } });
    const { statusCode, body } = await admin(event);
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'INPUT_INVALID']);
  }
});

test.each([
  ['nothing', ''],
  ['3,000 characters', 'x'.repeat(3_000)],
  ['4,000 bytes', 'ä'.repeat(2_000)],
  ['a control character', '\u0000'],
])('an id of %s finds nothing', async (_, id) => {
  const asked = { pathParameters: { id } };
  const asOperator = await admin(eventOf('operator', '/v1/admin/operations/{id}', asked));
  const asAgent = await operations(eventOf('buyer', '/v1/operations/{id}', asked));
  for (const { statusCode, body } of [asOperator, asAgent])
    expect([statusCode, JSON.parse(body).code]).toEqual([404, 'OPERATION_NOT_FOUND']);
});

test('an operation that this version cannot read does not hide those of its day', async () => {
  const now = Date.parse('2026-06-01T10:00:00Z');
  for (const item of [{ ...draftOf('p', now), state: 'levitating' }, draftOf('good', now)])
    await tables.client.send(new PutItemCommand({ TableName: 'operations', Item: marshall(item) }));
  const { statusCode, body } = await admin(
    eventOf('operator', '/v1/admin/operations', { queryStringParameters: { day: '2026-06-01' } }),
  );
  const listed = JSON.parse(body).operations.map((each: { operationId: string }) => each.operationId);
  expect([statusCode, listed]).toEqual([200, ['good']]);
});
