import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import type { LocalAws } from '../../local/local-aws.ts';
import { callApi, control, startFixture } from './fixture.ts';

/** Writes with the AWS SDK, one attempt a call, and says how each ended. */
const writer = `
  const { createRequire } = require('node:module');
  const { DynamoDBClient, PutItemCommand } = createRequire(${JSON.stringify(import.meta.filename)})('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ maxAttempts: 1 });
  exports.handler = async (event) => {
    const ids = JSON.parse(event.body);
    const ends = [];
    for (const id of ids) {
      const command = new PutItemCommand({ TableName: 'things', Item: { id: { S: id } } });
      ends.push(await client.send(command).then(() => 'stored', (error) => error.name));
    }
    return { statusCode: 200, body: JSON.stringify(ends) };
  };`;

const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }] };
const tableArn = { 'Fn::GetAtt': ['Things', 'Arn'] };

const start = () =>
  startFixture({
    functions: {
      write: { code: writer, statements: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: tableArn }] },
    },
    routes: { 'POST /write': 'write' },
    resources: {
      Things: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        },
      },
    },
    roles: [
      { name: 'buyer-agent', kind: 'agent', roleArn: 'arn:aws:iam::111122223333:role/buyer-agent' },
      { name: 'reader', kind: 'deployer', roleArn: 'arn:aws:iam::111122223333:role/reader', policy },
    ],
  });

const reader = (local: LocalAws): DynamoDBClient => {
  const { accessKeyId, secretAccessKey } = local.credentials('reader');
  const credentials = { accessKeyId, secretAccessKey };
  return new DynamoDBClient({ endpoint: local.origin, region: local.region, credentials, maxAttempts: 1 });
};

const isStored = async (local: LocalAws, id: string): Promise<boolean> => {
  const { Item } = await reader(local).send(new GetItemCommand({ TableName: 'things', Key: { id: { S: id } } }));
  return Item !== undefined;
};

const write = async (local: LocalAws, ...ids: readonly string[]) => {
  const { status, text } = await callApi(local, '/write', { body: JSON.stringify(ids) });
  return { status, ends: status === 200 ? JSON.parse(text) : undefined };
};

const trap = (local: LocalAws, more: object) =>
  control(local, 'traps', { service: 'dynamodb', action: 'PutItem', ...more });

describe('a trap', () => {
  test('kills the process that calls, before the call is carried out', async () => {
    const local = await start();
    await trap(local, { when: 'before', do: 'kill-caller', skip: 1 });
    expect(await write(local, 'a', 'b', 'c')).toMatchObject({ status: 502 });
    expect([await isStored(local, 'a'), await isStored(local, 'b'), await isStored(local, 'c')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await write(local, 'b')).toEqual({ status: 200, ends: ['stored'] });
  });

  test('kills the process that calls, after the call is carried out and before it hears of it', async () => {
    const local = await start();
    await trap(local, { when: 'after', do: 'kill-caller', resource: '*:table/things' });
    expect(await write(local, 'a', 'b')).toMatchObject({ status: 502 });
    expect([await isStored(local, 'a'), await isStored(local, 'b')]).toEqual([true, false]);
  });

  test('loses or fails answers as often as asked for', async () => {
    const local = await start();
    await trap(local, { when: 'after', do: 'lose-response' });
    await trap(local, { when: 'before', do: 'fail', times: 2 });
    const { ends } = await write(local, 'a', 'b', 'c', 'd');
    expect(ends).toEqual(['InternalServerError', 'InternalServerError', expect.not.stringMatching('stored'), 'stored']);
    expect([await isStored(local, 'a'), await isStored(local, 'c')]).toEqual([false, true]);
    expect(await control(local, 'traps')).toEqual({ traps: [] });
  });

  test('springs for what it names, and for nothing else', async () => {
    const local = await start();
    await trap(local, { when: 'before', do: 'fail', function: 'other' });
    await trap(local, { when: 'before', do: 'fail', resource: '*:table/other' });
    await trap(local, { when: 'before', do: 'fail', action: 'UpdateItem' });
    expect(await write(local, 'a')).toEqual({ status: 200, ends: ['stored'] });
    const cleared = await fetch(`${local.origin}/_local/traps`, {
      method: 'DELETE',
      headers: { 'x-countersign-local': '1' },
    });
    expect(await cleared.json()).toEqual({ traps: [] });
  });

  test('is refused when it is not understood', async () => {
    const local = await start();
    await expect(trap(local, { when: 'during', do: 'fail' })).rejects.toThrow('400');
    await expect(trap(local, { when: 'before', do: 'fail', sometimes: true })).rejects.toThrow('sometimes');
  });
});

test('calls are counted by function and action', async () => {
  const local = await start();
  await write(local, 'a');
  const { latest } = await control(local, 'calls');
  await write(local, 'b', 'c');
  await isStored(local, 'b');
  expect(await control(local, `calls?since=${latest}`)).toMatchObject({
    counts: { write: { 'dynamodb:PutItem': 2 }, outside: { 'dynamodb:GetItem': 1, 'execute-api:Invoke': 1 } },
  });
});

test('a role may do what its policies allow, in the words of the service', async () => {
  const local = await start();
  const put = new PutItemCommand({ TableName: 'things', Item: { id: { S: 'x' } } });
  await expect(reader(local).send(put)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      /^User: arn:aws:sts::111122223333:assumed-role\/reader\/local is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-central-1:111122223333:table\/things because/,
    ),
  });
});

test('services tell the local time, which clients then sign with', async () => {
  const local = await start();
  await control(local, 'clock', { advance: 5 * 86_400_000 });
  let date = '';
  const client = reader(local);
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = Object(result.response).headers.date;
      return result;
    },
    { step: 'deserialize' },
  );
  for (let n = 0; n < 2; n += 1)
    await client.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } }));
  expect(Math.abs(Date.parse(date) - local.clock.now())).toBeLessThan(5_000);
});

test('lines can be followed', async () => {
  const local = await start();
  const abort = new AbortController();
  const response = await fetch(`${local.origin}/_local/logs?follow=1`, { signal: abort.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  await callApi(local, '/write', { body: 'not JSON' });
  await vi.waitFor(() => expect(text).toContain(' write SyntaxError'));
  abort.abort();
  await reading;
});

test('the coverage page names what is there', async () => {
  const local = await start();
  const page = await (await fetch(`${local.origin}/_local/coverage`)).text();
  expect(page).toContain('## dynamodb');
  expect(page).toMatch(/`AWS::Lambda::Function`: .*`Handler`/);
});

test('an action or service that is not supported is refused by name', async () => {
  const local = await start();
  const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
  await expect(reader(local).send(new DeleteTableCommand({ TableName: 'things' }))).rejects.toThrow(
    'does not support the action DeleteTable of dynamodb',
  );
});
