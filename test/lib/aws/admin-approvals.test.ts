import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { absencesTable } from '../../../lib/aws/absences-table.ts';
import { adminApprovals, withdrawingQuestions } from '../../../lib/aws/admin-approvals.ts';
import type { Route } from '../../../lib/aws/admin-route.ts';
import { approvalsTable } from '../../../lib/aws/approvals-table.ts';
import type { JournalEntry } from '../../../lib/core/journal.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openApprovalsStore, roundOf } from './approvals-store.ts';

const now = Date.parse('2026-11-20T23:30:00Z');
const shown = JSON.stringify({
  ...{ action: 'Order', headline: 'PO', facts: [], lines: [], lineHeadings: [], next: '', undo: '' },
  ...{ differences: [], material: {} },
});
let store: Awaited<ReturnType<typeof openApprovalsStore>>;
let routes: Readonly<Record<string, Route>>;
let journaled: JournalEntry[];
let at: number;
const woken: string[] = [];
/** Step Functions, and a Secrets Manager that has no secret yet. */
const aws = createServer(async (request, response) => {
  const { taskToken } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  if (taskToken !== undefined) woken.push(taskToken);
  const missing = String(request.headers['x-amz-target']).startsWith('secretsmanager');
  response.writeHead(missing ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(missing ? { __type: 'ResourceNotFoundException' } : {}));
});
beforeAll(async () => {
  store = await openApprovalsStore();
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  for (const service of ['SFN', 'SECRETS_MANAGER']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, url);
});
beforeEach(() => {
  journaled = [];
  woken.length = 0;
  at = now;
  const approvers = Object.fromEntries(
    ['anna', 'ben', 'carla'].map((name) => [name, { name, email: `${name}@example.com` }]),
  );
  routes = adminApprovals({
    ...{ client: store.client, table: store.tableName, secretArn: 'secret', stage: 'test', now: () => at },
    journal: { append: async (entry) => void journaled.push(entry) },
    configuration: { timeZone: 'Europe/Berlin', systems: {}, agents: {}, operators: {}, approvers },
  });
});
afterAll(async () => {
  await store.close();
  aws.closeAllConnections();
  aws.close();
});

const post = (what: string, pathParameters: object, body?: unknown): Promise<unknown> => {
  const event = { pathParameters, body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) };
  const route = routes[`POST /v1/admin/${what}`];
  if (!route) throw new Error(`no route ${what}`);
  return route(event as unknown as APIGatewayProxyEvent, 'olga');
};
const absent = (name: string, body: unknown) => post('approvers/{name}/absence', { name }, body);
const remind = (id: string) => post('approvals/{id}/remind', { id });

test('an absence is kept, replaced, ended, listed and journaled', async () => {
  const absences = absencesTable(store.client, store.tableName);
  const days = { from: '2026-11-23', to: '2026-11-27' };
  expect(await absent('anna', days)).toEqual({ approver: 'anna', absence: days });
  await absent('anna', { ...days, standIn: 'carla' });
  expect(await absences.get('anna')).toEqual({ ...days, standIn: 'carla' });
  const listed = await routes['GET /v1/admin/approvers']?.({} as APIGatewayProxyEvent, 'olga');
  expect(listed).toMatchObject({ approvers: [{ id: 'anna', absence: { standIn: 'carla' } }, { id: 'ben' }, {}] });
  expect(await absent('anna', { end: true })).toEqual({ approver: 'anna', absence: undefined });
  expect(await absences.get('anna')).toBeUndefined();
  expect(journaled.map(({ type, approver, by, reason }) => [type, approver, by, reason])).toEqual([
    ['approver.absent', 'anna', 'olga', '2026-11-23 to 2026-11-27'],
    ['approver.absent', 'anna', 'olga', '2026-11-23 to 2026-11-27, carla stands in'],
    ['approver.present', 'anna', 'olga', undefined],
  ]);
});

test.each<[string, unknown]>([
  ['ends before it begins', { from: '2026-11-27', to: '2026-11-23' }],
  // It is half past midnight in Berlin.
  ['is over', { from: '2026-11-01', to: '2026-11-20' }],
  ['is longer than a year and a month', { from: '2026-11-23', to: '2028-01-01' }],
  ['has no such day', { from: '2026-11-31', to: '2026-12-04' }],
  ['is stood in for by the absent', { from: '2026-11-23', to: '2026-11-27', standIn: 'anna' }],
  ['is stood in for by nobody known', { from: '2026-11-23', to: '2026-11-27', standIn: '__proto__' }],
  ['says more than that', { from: '2026-11-23', to: '2026-11-27', why: 'ill' }],
  ['is no JSON', '{'],
])('an absence that %s is refused', async (_, body) => {
  await expect(absent('anna', body)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(journaled).toEqual([]);
});

test('nobody is absent who is no approver', async () => {
  await expect(absent('constructor', { end: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a reminder is one more mail for who has not decided, at most once an hour', async () => {
  const approvals = approvalsTable(store.client, store.tableName);
  const decisions = [{ approver: 'ben', verdict: 'approve' as const, at: now - 1 }];
  const of = ['anna', 'ben', 'carla'];
  const asked = { shown, token: 't1', need: 2, of, decisions, mailed: of, unreached: ['anna'], expiresAt: now * 2 };
  await approvals.open(roundOf('slow.1', asked));
  const answered = await remind('slow.1');
  expect(answered).toMatchObject({ mailed: ['ben'], unreached: [] });
  expect(JSON.stringify(answered)).not.toContain('t1');
  expect(woken).toEqual(['t1']);
  at += 3_599_000;
  await expect(remind('slow.1')).rejects.toMatchObject({ code: 'TOO_MANY_CALLS', retryAfter: 1 });
  at += 1_000;
  await remind('slow.1');
  expect((await approvals.get('slow.1'))?.happened).toMatchObject([
    { type: 'reminded', by: 'olga', reason: 'anna, carla' },
    { type: 'reminded', by: 'olga', reason: 'anna, carla' },
  ]);
});

test('what people are asked about an operation is withdrawn with it, once; what they have said stays', async () => {
  const approvals = approvalsTable(store.client, store.tableName);
  await approvals.open(roundOf('step.1', { shown, token: 't2', expiresAt: now * 2 }));
  await approvals.open(roundOf('said.1', { shown, token: 't3', status: 'approved', expiresAt: now * 2 }));
  const approval = { need: 1, of: ['anna'], why: '', within: 72, round: 1 };
  const withdraw = withdrawingQuestions({
    ...{ client: store.client, table: store.tableName, secretArn: 'secret', stage: 'test', now: () => at },
    journal: { append: async (entry) => void journaled.push(entry) },
    configuration: { timeZone: 'Europe/Berlin', systems: {}, agents: {}, operators: {} },
  });
  for (const id of ['step', 'step', 'said', 'unasked']) await withdraw(draftOf(id, now, { approval }), 'olga');
  await withdraw(draftOf('step', now), 'olga');
  expect((await approvals.get('step.1'))?.status).toBe('withdrawn');
  expect((await approvals.get('said.1'))?.status).toBe('approved');
  expect(woken).toEqual(['t2', 't2']);
  const entry = { id: 'step.1', version: 2, type: 'approval.withdrawn', by: 'olga' };
  expect(journaled).toMatchObject([entry, entry]);
});

test('nobody is reminded of what is settled or expired', async () => {
  const approvals = approvalsTable(store.client, store.tableName);
  await approvals.open(roundOf('settled.1', { shown, status: 'refused', expiresAt: now * 2 }));
  await approvals.open(roundOf('expired.1', { shown, expiresAt: now }));
  for (const id of ['settled.1', 'expired.1']) await expect(remind(id)).rejects.toMatchObject({ code: 'STALE_STATE' });
  await expect(remind('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
