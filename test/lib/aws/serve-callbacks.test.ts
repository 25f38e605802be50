import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import define from '../../../countersign.config.ts';
import { evolve, type Operation } from '../../../lib/core/operation/operation.ts';
import { localClock } from '../../../local/clock.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openQueues } from './local-queues.ts';
import { readMetrics } from './metrics.ts';
import { openRecordTables } from './record-tables.ts';

const metrics = readMetrics();
// The SDK notes that a queue is not where its client is.
vi.spyOn(console, 'warn').mockReturnValue();
const { logger } = await import('../../../lib/aws/log.ts');
const { serveCallbacks } = await import('../../../lib/aws/serve-callbacks.ts');
const { serveRelay } = await import('../../../lib/aws/serve-relay.ts');

const [oldSecret, newSecret] = ['old', 'new'].map((n) => `whsec_${Buffer.from(n.repeat(12)).toString('base64')}`);
/** What Secrets Manager holds. */
let held = '';
const secretsManager = createServer((_, response) => response.end(JSON.stringify({ SecretString: held })));
/** What Lambda is asked for, and how it answers. */
const woken = { calls: [] as unknown[], status: 202 };
const lambda = createServer((request, response) => {
  woken.calls.push([request.url, request.headers['x-amz-invocation-type']]);
  response.writeHead(woken.status).end();
});
const clock = localClock({});
let tables: Awaited<ReturnType<typeof openRecordTables>>;
let queues: Awaited<ReturnType<typeof openQueues<['buyer', 'seller']>>>;

const portOf = (server: ReturnType<typeof createServer>) =>
  new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

beforeAll(async () => {
  tables = await openRecordTables();
  queues = await openQueues(clock, 'buyer', 'seller');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', tables.proxy.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${await portOf(lambda)}`);
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${await portOf(secretsManager)}`);
});
beforeEach(() => {
  held = JSON.stringify({ secrets: [newSecret, oldSecret] });
  vi.mocked(console.log).mockClear();
});
afterAll(async () => {
  await queues.close();
  await tables.close();
  for (const server of [secretsManager, lambda]) {
    server.closeAllConnections();
    server.close();
  }
  vi.restoreAllMocks();
});

/** An agent's endpoint, which answers its calls in turn, the last way for good; and the function that tells it. */
async function endpoint(agent: 'buyer' | 'seller', ...statuses: readonly number[]) {
  const got: { headers: Record<string, string>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const status = statuses[Math.min(got.length, statuses.length - 1)] ?? 200;
    got.push({ headers: Object(request.headers), body: await text(request) });
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
  });
  const url = `http://127.0.0.1:${await portOf(server)}/countersign`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const environment = {
    ...{ STAGE: 'local', OPERATIONS_TABLE: 'operations', JOURNAL_TABLE: 'journal', RESULTS_BUCKET: 'results' },
    ...{ AGENT: agent, CALLBACK_URL: url, CALLBACK_QUEUE: queues.urls[agent], SECRET_ARN: `arn:${agent}` },
  };
  const tell = serveCallbacks(environment, { idleSeconds: 0 });
  return { got, tell };
}

const relay = (operation: Operation) => {
  const record: DynamoDBRecord = {
    eventName: 'MODIFY',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:111122223333:table/operations/stream/2026',
    dynamodb: { SequenceNumber: '1', NewImage: marshall(operation, { removeUndefinedValues: true }) as never },
  };
  return serveRelay(define, {
    STAGE: 'local',
    LEDGER_TABLE: undefined,
    ...{ OPERATIONS_TABLE: 'operations', JOURNAL_TABLE: 'journal', COORDINATION_TABLE: 'coordination' },
    ...{
      RESULTS_BUCKET: 'results',
      SAGA_MACHINES: {},
      APPROVAL_MACHINES: {},
      BACKLOG_QUEUES: {},
      CALLBACK_QUEUES: queues.urls,
    },
    CALLBACK_FUNCTIONS: { buyer: 'tells-buyer', seller: 'tells-seller' },
  })({ Records: [record] });
};

/** An operation that waited in the backlog and came to rest, as its stream shows it. */
async function settled(id: string, agent = 'buyer', state: Operation['state'] = 'applied'): Promise<Operation> {
  const now = Date.now();
  const operation = evolve(draftOf(id, now, { agent, state: 'queued', queuedAt: now }), { state }, now);
  const Item = marshall(operation, { removeUndefinedValues: true });
  await tables.client.send(new PutItemCommand({ TableName: 'operations', Item }));
  expect(await relay(operation)).toEqual({ batchItemFailures: [] });
  return operation;
}

const told = async (id: string) => (await tables.journal()).find((entry) => entry['id'] === `callback-${id}`);

test('an agent is told once, in the form of Standard Webhooks, whatever the relay repeats', async () => {
  const { got, tell } = await endpoint('buyer', 204);
  await relay(await settled('once'));
  expect(await tell()).toEqual({ handled: 1 });
  expect(await tell()).toEqual({ handled: 0 });
  expect(got).toHaveLength(1);
  const { headers = {}, body = '' } = got[0] ?? {};
  for (const secret of [oldSecret, newSecret])
    expect(new Webhook(secret ?? '').verify(body, headers)).toMatchObject({
      type: 'operation.settled',
      data: { operationId: 'once', state: 'applied' },
    });
  expect(await told('once')).toMatchObject({ type: 'callback.delivered', attempts: 1 });
});

test('who tells an agent is woken at once; where that fails, the relay has done its work all the same', async () => {
  const failed = vi.spyOn(logger, 'error').mockReturnValue();
  const { tell } = await endpoint('seller', 200);
  const wake = ['/2015-03-31/functions/tells-seller/invocations', 'Event'];
  woken.calls = [];
  await settled('woken', 'seller');
  await settled('nobody', 'without an endpoint');
  expect(woken.calls).toEqual([wake]);
  Object.assign(woken, { calls: [], status: 500 });
  await settled('asleep', 'seller');
  expect(woken.calls).toEqual([wake]);
  expect(failed).toHaveBeenCalledWith(
    'what tells an agent could not be woken',
    expect.objectContaining({ agent: 'seller' }),
  );
  woken.status = 202;
  expect(await tell()).toEqual({ handled: 2 });
  failed.mockRestore();
});

test('what an endpoint does not take comes again under the same id; what it takes in between does not wait', async () => {
  const { got, tell } = await endpoint('buyer', 500, 302, 200);
  await settled('again');
  await tell();
  expect(await tell()).toEqual({ handled: 0 });
  clock.advance(5_000);
  await tell();
  await settled('between');
  expect(await tell()).toEqual({ handled: 1 });
  expect(await told('again')).toBeUndefined();
  clock.advance(300_000);
  await tell();
  expect(got.map(({ headers }) => headers['webhook-id'])).toEqual(['again_2', 'again_2', 'between_2', 'again_2']);
  expect(await told('again')).toMatchObject({ type: 'callback.delivered', attempts: 3 });
});

test('an endpoint that fails holds up no other agent', async () => {
  const [bad, good] = [await endpoint('buyer', 500), await endpoint('seller', 200)];
  await settled('held');
  await settled('free', 'seller');
  await bad.tell();
  await good.tell();
  expect([bad.got.length, good.got.length]).toEqual([1, 1]);
  expect(await told('free')).toMatchObject({ type: 'callback.delivered' });
  clock.advance(5_000);
  await (await endpoint('buyer', 410)).tell();
  expect(await told('held')).toMatchObject({ type: 'callback.failed', reason: 'HTTP 410', attempts: 2 });
  expect(metrics()).toContainEqual(expect.objectContaining({ CallbackGivenUp: 1, agent: 'buyer' }));
});

test('without a usable secret nothing is sent, and that is said without the secret', async () => {
  const { got, tell } = await endpoint('buyer', 200);
  const logged = [vi.spyOn(logger, 'warn').mockReturnValue(), vi.spyOn(logger, 'error').mockReturnValue()];
  held = '"whsec_hunter2"';
  await settled('unsigned');
  await tell();
  expect(got).toEqual([]);
  expect(metrics()).toContainEqual(expect.objectContaining({ CallbackUnsigned: 1, agent: 'buyer' }));
  expect(logged[0]).toHaveBeenCalledWith('an agent was not told', expect.objectContaining({ reason: 'AUTH_FAILED' }));
  expect(JSON.stringify(logged.flatMap(({ mock }) => mock.calls))).not.toContain('hunter2');
  held = JSON.stringify({ secrets: [newSecret] });
  clock.advance(5_000);
  await tell();
  expect(got).toHaveLength(1);
});

test('what is wrong with us fails the run, and is told later', async () => {
  const failed = vi.spyOn(logger, 'error').mockReturnValue();
  const { got, tell } = await endpoint('seller', 204);
  await settled('ours', 'seller');
  tables.proxy.accidents = [{ action: 'GetItem', kind: 'fail', times: 2 }];
  await expect(tell()).rejects.toThrow('1 of 1 callbacks');
  clock.advance(30_000);
  expect([await tell(), got.length]).toEqual([{ handled: 1 }, 1]);
  failed.mockRestore();
});

test('operators are told of what came to wait for them, by a metric', async () => {
  await settled('dead1', 'nobody', 'dead');
  await settled('review1', 'nobody', 'review');
  expect(metrics()).toEqual([
    expect.objectContaining({ system: 'erp', state: 'dead', NewlyParked: 1 }),
    expect.objectContaining({ system: 'erp', state: 'review', NewlyParked: 1 }),
  ]);
});
