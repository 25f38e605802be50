import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPurchaseOrder } from '../../../contracts/create-purchase-order.ts';
import define from '../../../countersign.config.ts';
import { claimsTable } from '../../../lib/aws/claims-table.ts';
import { ledgerTable } from '../../../lib/aws/ledger-table.ts';
import { logger } from '../../../lib/aws/log.ts';
import { serveRelay } from '../../../lib/aws/serve-relay.ts';
import { totalsTable } from '../../../lib/aws/totals-table.ts';
import { amendAccount } from '../../../lib/core/budget-account.ts';
import type { LedgerRecord } from '../../../lib/core/ledger.ts';
import { eventOf, type Operation } from '../../../lib/core/operation/operation.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

let tables: Awaited<ReturnType<typeof openRecordTables>>;
let relay: ReturnType<typeof serveRelay>;
/** Step Functions: which tokens and names it was given, and the error that it answers, if any. */
const machines = { woken: [] as string[], started: [] as string[], error: undefined as string | undefined };
const stepFunctions = createServer(async (request, response) => {
  const { taskToken, name } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  if (name === undefined) machines.woken.push(taskToken);
  else machines.started.push(name);
  response.writeHead(machines.error ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(machines.error ? { __type: machines.error } : {}));
});
beforeAll(async () => {
  tables = await openRecordTables();
  await new Promise<void>((resolve) => stepFunctions.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SFN', `http://127.0.0.1:${(stepFunctions.address() as AddressInfo).port}`);
  relay = serveRelay(define, {
    STAGE: 'local',
    LEDGER_TABLE: 'ledger',
    OPERATIONS_TABLE: 'operations',
    JOURNAL_TABLE: 'journal',
    COORDINATION_TABLE: 'coordination',
    RESULTS_BUCKET: 'results',
    SAGA_MACHINES: { procure: 'arn:aws:states:eu-central-1:111122223333:stateMachine:procure' },
    APPROVAL_MACHINES: { erp: 'arn:aws:states:eu-central-1:111122223333:stateMachine:waits' },
    BACKLOG_QUEUES: {},
    CALLBACK_QUEUES: {},
    CALLBACK_FUNCTIONS: {},
  });
});
beforeEach(() => {
  tables.proxy.accidents = [];
  Object.assign(machines, { woken: [], started: [], error: undefined });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await tables.close();
  stepFunctions.closeAllConnections();
  stepFunctions.close();
});

const opened = (id: string, more: object = {}): Operation => {
  const draft = draftOf(id, Date.now());
  return { ...draft, events: [eventOf(draft)], ...more };
};
const store = (item: object) =>
  tables.client.send(new PutItemCommand({ TableName: 'operations', Item: marshall(item) }));
const record = (item: object, sequence: string, table = 'operations'): DynamoDBRecord => ({
  eventID: sequence,
  eventName: 'MODIFY',
  eventSourceARN: `arn:aws:dynamodb:eu-central-1:111122223333:table/${table}/stream/2026-06-01T00:00:00.000`,
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
  const later = opened('later', { horoscope: 'good', state: 'unknown' });
  await store(later);
  await relay({ Records: [record(later, '9')] });
  expect(await journaled()).toContain('later');
  expect(await tables.operations.get('later')).toMatchObject({ id: 'later', events: [] });
});

const approval = (item: object, sequence = '1') => record({ id: 'op.1', version: 2, ...item }, sequence, 'approvals');

test.each([
  'approved',
  'refused',
  'expired',
  'asked_back',
  'withdrawn',
])('what waits for an approval is woken when it is %s', async (status) => {
  expect(await relay({ Records: [approval({ status, token: 't1', decisions: [] })] })).toEqual({
    batchItemFailures: [],
  });
  expect(machines.woken).toEqual(['t1']);
});

test('what waits is woken when somebody has to be told of a pending round', async () => {
  await relay({ Records: [approval({ status: 'pending', token: 't1', again: true })] });
  expect(machines.woken).toEqual(['t1']);
});

test('the repair starts what waits for people and has no execution any more', async () => {
  const asked = { need: 1, of: ['anna'], why: '', within: 1, round: 1 };
  await store(opened('waits', { state: 'awaiting_approval', approval: asked, events: [] }));
  await store(opened('decided', { state: 'applied', approval: asked, events: [] }));
  await relay({ repair: true }).catch(() => undefined); // what other tests left unreadable
  expect(machines.started).toEqual(['waits']);
});

test('nothing is woken by a pending round, one without a token, a link, a sign-in or what the TTL deletes', async () => {
  const settled = approval({ status: 'approved', token: 't2' });
  const deleted = {
    ...settled,
    eventName: 'REMOVE',
    dynamodb: { SequenceNumber: '5', OldImage: settled.dynamodb?.NewImage },
  };
  const Records = [
    approval({ status: 'pending', token: 't2' }, '1'),
    approval({ status: 'approved' }, '2'),
    approval({ id: 'link#h', approvalId: 'op.1', approver: 'anna' }, '3'),
    approval({ id: 'approver#anna', failures: 1 }, '4'),
    deleted as DynamoDBRecord,
  ];
  expect(await relay({ Records })).toEqual({ batchItemFailures: [] });
  expect(machines.woken).toEqual([]);
});

test('an approval that cannot be read does not hold up the others, and its token is not logged', async () => {
  const logged = vi.spyOn(logger, 'error').mockReturnValue();
  const Records = [
    approval({ status: 'levitating', token: 'secret' }, '1'),
    approval({ status: 'approved', token: 7 }, '2'),
    approval({ status: 'approved', token: 'good' }, '3'),
  ];
  expect(await relay({ Records })).toEqual({ batchItemFailures: [] });
  expect(machines.woken).toEqual(['good']);
  expect(logged).toHaveBeenCalledTimes(2);
  expect(JSON.stringify(logged.mock.calls)).not.toContain('secret');
});

test('a wake-up that fails is reported for that record, and its token is not logged', async () => {
  const logged = vi.spyOn(logger, 'error').mockReturnValue();
  machines.error = 'AccessDeniedException';
  const Records = [
    approval({ status: 'approved', token: 't3' }, '7'),
    approval({ status: 'approved', token: 't4' }, '8'),
  ];
  expect(await relay({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
  expect(machines.woken).not.toContain('t4');
  expect(JSON.stringify(logged.mock.calls)).not.toContain('t3');
});

test.each([
  'TaskDoesNotExist',
  'TaskTimedOut',
  'InvalidToken',
])('%s says that nothing waits any more', async (error) => {
  machines.error = error;
  expect(await relay({ Records: [approval({ status: 'approved', token: 't5' })] })).toEqual({ batchItemFailures: [] });
  expect(machines.woken).toEqual(['t5']);
});

describe('the sum of what an agent commits within a day', () => {
  const hour = 3_600_000;
  const towards = { agent: 'buyer', system: 'erp', counterparty: 'supplier of sums' };
  const ended = (id: string, more: Partial<Operation>) => {
    const operation = opened(id, { ...towards, commits: { counterparty: towards.counterparty, value: '10' }, ...more });
    return { ...operation, events: [eventOf(operation)] };
  };

  test('loses what ended without effect, but not what may be sent again', async () => {
    const totals = totalsTable(tables.client, 'coordination');
    const add = (operationId: string) => totals.add({ ...towards, operationId, value: '10', now: Date.now() });
    expect([await add('refused'), await add('locked')]).toEqual(['10', '20']);
    const records = [
      record(ended('refused', { state: 'not_applied' }), '31'),
      record(ended('locked', { state: 'not_applied', reopenable: true }), '32'),
    ];
    expect(await relay({ Records: records })).toEqual({ batchItemFailures: [] });
    expect(await add('next')).toBe('20');
  });

  test('counts what took effect late from then on, and what took effect long ago no more', async () => {
    const counterparty = 'supplier of late sums';
    const late = (id: string, updatedAt: number) =>
      record(
        ended(id, {
          ...{ state: 'applied', createdAt: updatedAt - 30 * hour, updatedAt },
          commits: { counterparty, value: '10' },
        }),
        id,
      );
    const records = [late('41', Date.now()), late('42', Date.now() - 25 * hour)];
    expect(await relay({ Records: records })).toEqual({ batchItemFailures: [] });
    const totals = totalsTable(tables.client, 'coordination');
    const sum = await totals.add({ ...towards, counterparty, operationId: 'new', value: '1', now: Date.now() });
    expect(sum).toBe('11');
  });
});

test('what an operation has claimed is given back when it is at rest, and not before', async () => {
  const places = { coordination: 'coordination', operations: 'operations', now: Date.now };
  const pots = claimsTable(tables.client, places);
  const of = { system: 'erp', of: 'invoice 1' };
  const claims = { version: 1, amounts: { 'line 10': '5' } };
  const ids = ['applied', 'refused', 'dead', 'unknown', 'parked', 'waiting'];
  await pots.keep(of, { version: 0, claims: {} }, Object.fromEntries(ids.map((id) => [`claim ${id}`, claims])));
  const states = ['applied', 'not_applied', 'dead', 'unknown', 'review', 'queued'] as const;
  const records = ids.map((id, n) => {
    const { state = 'applied', ...draft } = { ...draftOf(`claim ${id}`, Date.now()), state: states[n] };
    const operation: Operation = { ...draft, state, takesFrom: 'invoice 1' };
    return record({ ...operation, events: [eventOf(operation)] }, `5${n}`);
  });
  expect(await relay({ Records: records })).toEqual({ batchItemFailures: [] });
  const left = Object.keys((await pots.read(of)).claims);
  expect(left.toSorted()).toEqual(['claim parked', 'claim unknown', 'claim waiting']);
});

test('an order that had no effect, or was cancelled, gives its allocation back, however often that is relayed', async () => {
  const ledger = ledgerTable(tables.client, 'ledger');
  const account = 'cost_center.4711.2026';
  const allocation = { id: `${account}.T00000000001`, amount: '2000', currency: 'EUR', purpose: 'steel' };
  const uses = ['refused', 'ordered'].map((operationId) => ({ operationId, part: '0', amount: '900', at: 0 }));
  await ledger.put({ id: account, version: 1, allocations: [{ ...allocation, used: uses }] } as LedgerRecord);
  const [{ input, output }] = createPurchaseOrder.examples;
  const order = { input: JSON.stringify({ ...input, budgetAllocation: allocation.id }) };
  const document = '4500000301';
  const cancelled = { cancelledLines: ['10'], remainingLines: [] };
  const all = [
    opened('refused', { ...order, state: 'not_applied' }),
    opened('cancel', {
      tool: 'erp_cancel_purchase_order',
      state: 'applied',
      document,
      result: JSON.stringify(cancelled),
    }),
    opened('ordered', { ...order, state: 'applied', document, result: JSON.stringify(output) }),
  ];
  for (const _ of ['once', 'again'])
    expect(await relay({ Records: all.map((each, n) => record(each, String(n))) })).toEqual({ batchItemFailures: [] });
  const { allocations } = await amendAccount(ledger, account, (seen) => seen);
  expect(allocations[0]?.used.map(({ operationId, gone }) => [operationId, gone])).toEqual([
    ['refused', 'not_applied'],
    ['ordered', 'cancelled'],
  ]);
});

const sagaOf = (id: string, more: object = {}): Operation => {
  const draft = { ...draftOf(id, Date.now()), tool: 'procure', state: 'running' as const, saga: { plan: [] }, ...more };
  return { ...draft, events: [eventOf(draft)] };
};
const plan = [{ step: 'Take', tool: 'erp_take', write: true }];

test('the machine of a saga is started once, and again where people have opened what was over', async () => {
  const act = { what: 'settled Take', by: 'operator' };
  const sagas = [
    sagaOf('saga1'),
    sagaOf('saga2', { saga: { plan } }),
    sagaOf('saga3', { saga: { plan }, act }),
    sagaOf('saga4', { saga: { plan }, state: 'review' }),
    sagaOf('saga5', { saga: { plan }, state: 'review', act }),
  ];
  for (const [n, saga] of sagas.entries()) await relay({ Records: [record(saga, String(n + 1))] });
  expect(machines.started).toEqual(['saga1', 'saga3', 'saga5']);
});

test('the machine that waits for a step is woken when that has come to rest, or an operator has seen to it', async () => {
  const parked = { token: 'token of Take', version: 2 };
  const step = { saga: 'saga1', of: 'procure', name: 'Take', round: 1 };
  const steps = [
    opened('step1', { step, parked, state: 'unknown', version: 3 }),
    opened('step2', { step, parked, state: 'unknown', version: 2 }),
    opened('step3', { step, parked, state: 'unknown', version: 3, act: { what: 'gave the saga up', by: 'operator' } }),
    opened('step4', { step, parked, state: 'not_applied', version: 3 }),
  ];
  for (const [n, each] of steps.entries()) await relay({ Records: [record(each, String(n + 1))] });
  expect(machines.woken).toEqual([parked.token, parked.token]);
});
