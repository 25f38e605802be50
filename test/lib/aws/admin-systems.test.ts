import { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueueing, receiving } from '../../../lib/aws/backlog-queue.ts';
import { meterTable } from '../../../lib/aws/meter-table.ts';
import { serveAdmin } from '../../../lib/aws/serve-admin.ts';
import type { Configuration } from '../../../lib/core/config.ts';
import { indexed } from '../../../lib/core/operation/operation.ts';
import { localClock } from '../../../local/clock.ts';
import { erp } from '../../infra/sample.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openQueues } from './local-queues.ts';
import { openRecordTables } from './record-tables.ts';

const account = '111122223333';
const configuration: Configuration = {
  timeZone: 'UTC',
  systems: { erp: { ...erp, limits: { perSecond: 10, concurrent: 4 } } },
  agents: {},
  operators: { operator: { role: 'role/operator' } },
};

let tables: Awaited<ReturnType<typeof openRecordTables>>;
let queues: Awaited<ReturnType<typeof openQueues<['erp']>>>;
let admin: ReturnType<typeof serveAdmin>;
beforeAll(async () => {
  tables = await openRecordTables();
  queues = await openQueues(localClock({}), 'erp');
  admin = serveAdmin(() => configuration, {
    ...{
      STAGE: 'test',
      ACCOUNT_ID: account,
      RESULTS_BUCKET: 'results',
      RECOVER_FUNCTIONS: {},
      BACKLOG_QUEUES: queues.urls,
    },
    ...{ OPERATIONS_TABLE: 'operations', JOURNAL_TABLE: 'journal', COORDINATION_TABLE: 'coordination' },
  });
});
afterAll(async () => {
  await queues.close();
  await tables.close();
});

/** Status and body of an operator's request. */
async function asked(method: string, path: string, body?: unknown, id = 'erp') {
  const event = {
    ...{ httpMethod: method, resource: path, pathParameters: { id }, body: body && JSON.stringify(body) },
    requestContext: { identity: { userArn: `arn:aws:sts::${account}:assumed-role/operator/session` } },
  } as unknown as APIGatewayProxyEvent;
  const answer = await admin(event);
  return [answer.statusCode, JSON.parse(answer.body)];
}
const list = async () => (await asked('GET', '/v1/admin/systems'))[1].systems[0];
const pause = '/v1/admin/systems/{id}/pause';
const resume = '/v1/admin/systems/{id}/resume';

test('a system that nobody has called yet is in order', async () => {
  const { breaker, limits, inUse, waitMs, paused } = await list();
  expect({ breaker, limits, inUse, waitMs, paused }).toEqual({
    ...{ breaker: 'closed', limits: { perSecond: 10, concurrent: 4 }, inUse: 0, waitMs: 0 },
    paused: undefined,
  });
});

test('what waits for a system is counted, in operations and in turns, and for how long the oldest does', async () => {
  expect((await list()).backlog).toEqual({ operations: 0, seconds: 0, turns: { waiting: 0, taken: 0 } });
  const enqueue = enqueueing(new SQSClient({}), queues.urls);
  for (const [id, minutes] of [
    ['waits', 90],
    ['waits too', 10],
  ] as const) {
    const queuedAt = Date.now() - minutes * 60_000;
    const operation = indexed(draftOf(id, queuedAt, { state: 'queued', queuedAt }));
    await tables.operations.open(operation);
    await enqueue(operation);
  }
  await receiving(new SQSClient({}), { queueUrl: queues.urls.erp, unreadableUrl: '' })(1);
  const { operations, seconds, turns } = (await list()).backlog;
  expect([operations, turns]).toEqual([2, { waiting: 1, taken: 1 }]);
  expect(Math.abs(seconds - 5_400)).toBeLessThan(60);
});

test('one person pauses a system and lets it go on, and both are journaled with the reason', async () => {
  const [status, paused] = await asked('POST', pause, { reason: 'stock count' });
  expect([status, paused.paused]).toMatchObject([200, { by: 'operator', reason: 'stock count', reads: false }]);
  expect((await list()).paused).toEqual(paused.paused);
  expect((await asked('POST', pause, { reason: 'maintenance', reads: true }))[1].paused).toMatchObject({ reads: true });
  expect(await asked('POST', resume, { reason: 'done' })).toMatchObject([200, { id: 'erp', breaker: 'closed' }]);
  expect((await list()).paused).toBeUndefined();
  const entries = (await tables.journal()).map(({ type, system, by, why }) => [type, system, by, why]);
  expect(entries.toSorted()).toEqual([
    ['system.paused', 'erp', 'operator', 'maintenance'],
    ['system.paused', 'erp', 'operator', 'stock count'],
    ['system.resumed', 'erp', 'operator', 'done'],
  ]);
});

test('a system that has failed says since when, and when it is tried again; pausing it changes nothing about that', async () => {
  const store = meterTable(tables.client, { tableName: 'coordination', system: 'erp' });
  const { gate } = await store.read();
  const breaker = { state: 'open', since: 1_000, until: 9_000, openings: 1 } as const;
  await store.change({ seen: gate, free: [], gate: { breaker, waitUntil: Date.now() + 60_000 } });
  await asked('POST', pause, { reason: 'wait for SAP' });
  expect(await list()).toMatchObject({
    ...{ breaker: 'open', since: '1970-01-01T00:00:01.000Z', until: '1970-01-01T00:00:09.000Z' },
    ...{ paused: { reason: 'wait for SAP' }, silentUntil: expect.stringMatching(/^20/) },
  });
});

test.each<[string, unknown]>([
  ['no reason', {}],
  ['an empty reason', { reason: ' ' }],
  ['a reason of 501 characters', { reason: 'x'.repeat(501) }],
  ['another field', { reason: 'x', force: true }],
  ['no JSON object', 7],
])('a pause with %s is a 400', async (_, body) => {
  const [status, problem] = await asked('POST', pause, body);
  expect([status, problem.code]).toEqual([400, 'INPUT_INVALID']);
});

test('a system that is not configured is not found', async () => {
  for (const id of ['crm', '__proto__', '']) {
    const [status, problem] = await asked('POST', pause, { reason: 'x' }, id);
    expect([status, problem.code]).toEqual([404, 'NOT_FOUND']);
  }
});
