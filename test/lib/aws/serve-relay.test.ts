import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { serveRelay } from '../../../lib/aws/serve-relay.ts';
import { eventOf, type Operation } from '../../../lib/core/operation/operation.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

let tables: Awaited<ReturnType<typeof openRecordTables>>;
let relay: ReturnType<typeof serveRelay>;
beforeAll(async () => {
  tables = await openRecordTables();
  relay = serveRelay({
    OPERATIONS_TABLE: 'operations',
    JOURNAL_TABLE: 'journal',
    RESULTS_BUCKET: 'results',
    APPROVAL_MACHINES: {},
  });
});
beforeEach(() => {
  tables.proxy.accidents = [];
});
afterAll(() => tables.close());

const opened = (id: string, more: object = {}): Operation => {
  const draft = draftOf(id, Date.now());
  return { ...draft, events: [eventOf(draft)], ...more };
};
const store = (item: object) =>
  tables.client.send(new PutItemCommand({ TableName: 'operations', Item: marshall(item) }));
const record = (item: object, sequence: string): DynamoDBRecord => ({
  eventID: sequence,
  eventName: 'MODIFY',
  dynamodb: { SequenceNumber: sequence, NewImage: marshall(item) as never },
});
const journaled = async () => (await tables.journal()).map(({ id }) => id);
/** Of a version of the product that does not exist: a state that nobody knows. */
const poison = (id: string) => opened(id, { state: 'levitating' });

test('an image that cannot be read does not hold up the others', async () => {
  const answer = await relay({ Records: [record(poison('p1'), '1'), record(opened('good1'), '2')] });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(await journaled()).toEqual(['good1']);
});

test('a journal that cannot be written stops the batch where it stands', async () => {
  tables.proxy.accidents = [{ action: 'PutItem', kind: 'fail', times: 2 }];
  const answer = await relay({ Records: [record(opened('good2'), '7'), record(opened('good3'), '8')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
});

test('the repair passes what it cannot read, does the rest, and then fails so that somebody looks', async () => {
  for (const id of ['p2', 'p3']) await store(poison(id));
  for (const id of ['good4', 'good5', 'good6']) await store(opened(id));
  await expect(relay({ repair: true })).rejects.toThrow('2 operations');
  expect(await journaled()).toEqual(expect.arrayContaining(['good4', 'good5', 'good6']));
});

test('an operation that a later version wrote with more fields is relayed, and keeps them', async () => {
  await store(opened('later', { horoscope: 'good' }));
  await relay({ Records: [record(opened('later', { horoscope: 'good' }), '9')] });
  expect(await journaled()).toContain('later');
  expect(await tables.operations.get('later')).toMatchObject({ id: 'later', events: [] });
});
