import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import type { LocalAws } from '../../../../local/local-aws.ts';
import { control, startFixture, temporaryDirectory } from '../../fixture.ts';

const writerArn = 'arn:aws:iam::111122223333:role/writer';
const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }] };
const stream = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
const bucket = { 'Fn::GetAtt': ['Failures', 'Arn'] };

/** A relay that writes the ids of each batch to a file, and fails as the file `behaviour.js` beside it says. */
const relay = (directory: string) => `
  const { appendFileSync, readFileSync } = require('node:fs');
  exports.handler = async (event) => {
    const ids = event.Records.map((record) => record.dynamodb.Keys.id.S);
    appendFileSync(${JSON.stringify(join(directory, 'seen'))}, ids.join(',') + '\\n');
    return new Function('ids', 'records', readFileSync(${JSON.stringify(join(directory, 'behaviour.js'))}, 'utf8'))(ids, event.Records);
  };`;

const start = async (mapping: object = {}, options: { state?: string; statements?: readonly object[] } = {}) => {
  const directory = temporaryDirectory();
  const behave = (body: string) => writeFileSync(join(directory, 'behaviour.js'), body);
  behave('');
  writeFileSync(join(directory, 'seen'), '');
  const state = options.state ?? temporaryDirectory();
  const local = await startFixture({
    functions: {
      relay: {
        code: relay(directory),
        statements: options.statements ?? [
          { Effect: 'Allow', Action: ['dynamodb:DescribeStream', 'dynamodb:Get*'], Resource: stream },
          {
            Effect: 'Allow',
            Action: ['s3:PutObject', 's3:ListBucket'],
            Resource: ['arn:aws:s3:::failures', 'arn:aws:s3:::failures/*'],
          },
        ],
      },
    },
    resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'operations',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
      Failures: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failures' } },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          FunctionName: { Ref: 'relay' },
          EventSourceArn: stream,
          StartingPosition: 'TRIM_HORIZON',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      },
    },
    roles: [{ name: 'writer', kind: 'deployer', roleArn: writerArn, policy }],
    options: { state },
  });
  const seen = () => readFileSync(join(directory, 'seen'), 'utf8').split('\n').slice(0, -1);
  return { local, behave, seen, state };
};

const put = async (local: LocalAws, ...ids: readonly string[]) => {
  const { accessKeyId, secretAccessKey } = local.credentials('writer');
  const client = new DynamoDBClient({
    endpoint: local.origin,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  for (const id of ids)
    await client.send(
      new PutItemCommand({ TableName: 'operations', Item: { id: { S: id }, state: { S: `state-${id}` } } }),
    );
  client.destroy();
};

describe('a function that reads a stream', () => {
  test('gets every change in order', async () => {
    const { local, seen } = await start();
    await put(local, 'a', 'b', 'c');
    await local.waitForIdle();
    expect(seen().join(',')).toBe('a,b,c');
  });

  test('gets batches of at most the size asked for', async () => {
    const { local, seen } = await start({ BatchSize: 2, Enabled: true });
    await put(local, 'a', 'b', 'c', 'd', 'e');
    await local.waitForIdle();
    expect(seen().every((batch) => batch.split(',').length <= 2)).toBe(true);
    expect(seen().join(',')).toBe('a,b,c,d,e');
  });

  test('goes on after a restart where it was, and gets what came meanwhile', async () => {
    const first = await start();
    await put(first.local, 'a');
    await first.local.waitForIdle();
    first.behave('throw new Error("down")');
    await put(first.local, 'b');
    await vi.waitFor(() => expect(first.seen()).toContain('b'));
    await first.local.close();
    const second = await start({}, { state: first.state });
    await second.local.waitForIdle();
    expect(second.seen()).toEqual(['b']);
  });

  test('gets a batch again after a failure, before anything later', async () => {
    const { local, behave, seen } = await start();
    behave('throw new Error("down")');
    await put(local, 'a', 'b');
    await vi.waitFor(() => expect(seen().length).toBeGreaterThan(1));
    behave('');
    await put(local, 'c');
    await local.waitForIdle();
    expect(new Set(seen().flatMap((batch) => batch.split(',')))).toEqual(new Set(['a', 'b', 'c']));
    expect(seen().at(-1)?.endsWith('c')).toBe(true);
  });

  test('gets it again after its process was killed in the middle', async () => {
    const { local, behave, seen } = await start();
    behave('process.kill(process.pid, "SIGKILL")');
    await put(local, 'a');
    await vi.waitFor(() => expect(seen().length).toBeGreaterThan(0));
    behave('');
    await local.waitForIdle();
    expect(new Set(seen())).toEqual(new Set(['a']));
  });

  test('gets again from the first record that it reports as failed', async () => {
    const { local, behave, seen } = await start();
    behave('throw new Error("wait")');
    await put(local, 'first');
    await vi.waitFor(() => expect(seen()).toContain('first'));
    await put(local, 'a', 'b', 'c');
    behave(`
      const failed = records.filter((record) => record.dynamodb.Keys.id.S === 'b');
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) };`);
    await vi.waitFor(() => expect(seen()).toContain('a,b,c'));
    await vi.waitFor(() => expect(seen()).toContain('b,c'));
    behave('return { batchItemFailures: [] }');
    await local.waitForIdle();
    expect(seen().at(-1)).toBe('b,c');
  });

  test('gets only what passes its filter', async () => {
    const Pattern = JSON.stringify({
      eventName: ['INSERT'],
      dynamodb: { NewImage: { state: { S: [{ prefix: 'state-k' }] } } },
    });
    const { local, seen } = await start({ FilterCriteria: { Filters: [{ Pattern }] } });
    await put(local, 'a', 'keep', 'b');
    await local.waitForIdle();
    expect(seen()).toEqual(['keep']);
  });
});

describe('records that are given up', () => {
  const destination = { DestinationConfig: { OnFailure: { Destination: bucket } } };
  const stored = (state: string) => {
    const database = new DatabaseSync(join(state, 'aws.sqlite'), { readOnly: true });
    const rows = database.prepare('SELECT key, body FROM s3_object WHERE bucket = ?').all('failures');
    database.close();
    return rows.map(({ key, body }) => ({
      key: String(key),
      body: JSON.parse(Buffer.from(body as Uint8Array).toString()),
    }));
  };

  test('are put aside alone, when failing batches are halved', async () => {
    const { local, behave, seen, state } = await start({
      MaximumRetryAttempts: 1,
      BisectBatchOnFunctionError: true,
      ...destination,
    });
    behave('throw new Error("wait")');
    await put(local, 'a', 'b', 'poison', 'c');
    behave(`if (ids.includes('poison')) throw new Error('poisoned')`);
    await local.waitForIdle();
    const objects = stored(state);
    expect(objects.map(({ body }) => body)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
        DDBStreamBatchInfo: { batchSize: 1 },
      },
    ]);
    expect(objects[0]?.key).toMatch(/^aws\/lambda\/[0-9a-f-]{36}\/shardId-local\/\d{4}\/\d\d\/\d\d\//);
    expect(JSON.parse(objects[0]?.body.payload).Records[0].dynamodb.Keys).toEqual({ id: { S: 'poison' } });
    expect(seen().at(-1)).toMatch(/c$/);
  });

  test('are those that are too old, by the local clock', async () => {
    const { local, behave, seen, state } = await start({ MaximumRecordAgeInSeconds: 60, ...destination });
    behave('throw new Error("down")');
    await put(local, 'old');
    await vi.waitFor(() => expect(seen()).toContain('old'));
    await control(local, 'clock', { advance: 120_000 });
    await local.waitForIdle();
    expect(stored(state)).toMatchObject([{ body: { requestContext: { condition: 'RecordAgeExceeded' } } }]);
  });
});

describe('a mapping is refused at deploy', () => {
  test('when the role may not read the stream, or not write to the destination', async () => {
    await expect(start({}, { statements: [] })).rejects.toThrow('lacks dynamodb:DescribeStream on arn:aws:dynamodb');
    const statements = [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }];
    const DestinationConfig = { OnFailure: { Destination: bucket } };
    await expect(start({ DestinationConfig }, { statements })).rejects.toThrow(
      's3:ListBucket on arn:aws:s3:::failures',
    );
  });

  test.each<[string, object]>([
    ['another source', { EventSourceArn: 'arn:aws:sqs:eu-central-1:111122223333:queue' }],
    [
      'another destination',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-central-1:111122223333:dlq' } } },
    ],
    ['shards read in parallel', { ParallelizationFactor: 2 }],
    ['an unknown filter', { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"numeric":[">",1]}]}' }] } }],
  ])('with %s', async (_, mapping) => {
    await expect(start(mapping)).rejects.toMatchObject({ code: 'DEPLOY_FAILED' });
  });
});
