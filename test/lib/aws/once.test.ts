import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { powertoolsOnce } from '../../../lib/aws/once.ts';
import { operationsTable } from '../../../lib/aws/operations-table.ts';
import type { Results } from '../../../lib/aws/results.ts';
import { tableClock } from '../../../lib/aws/table-clock.ts';
import { answerOf } from '../../../lib/core/operation/answer.ts';
import type { Operation, Operations } from '../../../lib/core/operation/operation.ts';
import type { Outcome } from '../../../lib/core/operation/outcome.ts';
import type { Write } from '../../../lib/core/operation/write.ts';
import { dynamodb } from '../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { modelErp } from '../core/operation/model-erp.ts';
import { hostTime, startTableProxy } from './table-proxy.ts';

const seconds = 1000;
const untilAbsenceCounts = (20 + 600 + 5 + 60 + 1) * seconds;

let engine: Awaited<ReturnType<typeof serve>>;
let proxy: Awaited<ReturnType<typeof startTableProxy>>;
let client: DynamoDBClient;
let operations: Operations;
const kept = new Map<string, string>();
let bucketFails = false;
const warn = vi.spyOn(console, 'warn');

const results: Results = {
  put: async (key, body) => {
    if (bucketFails) throw new Error('bucket down');
    kept.set(key, body);
  },
  get: async (key) => {
    if (bucketFails) throw new Error('bucket down');
    return kept.get(key) ?? '';
  },
  link: async (key) => `https://results.example/${key}`,
};

beforeAll(async () => {
  const service = dynamodb(localContext());
  await deploy(service, 'AWS::DynamoDB::Table', {
    TableName: 'operations',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  engine = await serve(service);
  proxy = await startTableProxy(engine.endpoint);
  client = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 2,
  });
  operations = operationsTable(client, { tableName: 'operations', clock: tableClock(client), results });
});
beforeEach(async () => {
  proxy.ahead = 0;
  proxy.accidents = [];
  bucketFails = false;
  await operations.get('warm');
  proxy.calls = [];
});
afterEach(() => expect(warn).not.toHaveBeenCalled());
afterAll(async () => {
  client.destroy();
  proxy.close();
  await engine.close();
});

/** One intent against a fresh model of a system; `ask` is a call with the same key. */
function intent(overrides: Partial<Write> = {}) {
  const model = modelErp();
  const write = { ...model.write, ...overrides };
  const id = randomUUID();
  const ask = async ({ held, ...changes }: Partial<Operation> & { held?: Promise<Outcome> } = {}) => {
    const draft = draftOf(id, operations.now(), { ...changes, writtenBy: randomUUID() });
    const { operation, replayed } = await powertoolsOnce(operations)(draft, write, held);
    return { ...answerOf(operation, { now: operations.now(), replayed }), replayed, operation };
  };
  return { ...model, id, ask, stored: () => operations.get(id) };
}

test('an executed create costs two trips to DynamoDB, a duplicate one', async () => {
  const { ask, erp } = intent();
  const first = await ask();
  expect(proxy.calls).toEqual(['PutItem', 'UpdateItem']);
  proxy.calls = [];
  const second = await ask();
  expect(proxy.calls).toEqual(['PutItem']);
  expect([first.status, first.replayed, second.status, second.replayed]).toEqual([200, false, 200, true]);
  expect(second.body).toBe(first.body);
  expect(erp.ledger).toHaveLength(1);
});

test('an executed update costs three trips', async () => {
  const { ask, erp } = intent({ needsBefore: true });
  expect((await ask({ state: 'accepted', attempts: 0 })).status).toBe(200);
  expect(proxy.calls).toEqual(['PutItem', 'UpdateItem', 'UpdateItem']);
  expect(erp.sends).toBe(1);
});

test('200 duplicates at once have one effect, and later all get the same answer', async () => {
  const slow = intent();
  const { send } = slow.write;
  slow.write.send = async (operation, options) => {
    await sleep(300);
    return send(operation, options);
  };
  const answers = await Promise.all(Array.from({ length: 200 }, () => slow.ask()));
  expect(slow.erp.sends).toBe(1);
  expect(answers.filter(({ status, replayed }) => status === 200 && !replayed)).toHaveLength(1);
  expect(answers.every(({ status, headers }) => status === 200 || (status === 409 && headers['retry-after']))).toBe(
    true,
  );
  const again = await Promise.all(Array.from({ length: 200 }, () => slow.ask()));
  expect(new Set(again.map(({ body }) => body)).size).toBe(1);
  expect(slow.erp.sends).toBe(1);
});

test('another digest under the same key is refused, while the first runs and after', async () => {
  const { ask, erp } = intent();
  const running = ask();
  await expect(ask({ digest: 'other' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  await running;
  await expect(ask({ digest: 'other' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(erp.sends).toBe(1);
});

test('a put that fails sends nothing and says so', async () => {
  proxy.accidents = [{ action: 'PutItem', kind: 'fail', times: 2 }];
  const { ask, erp } = intent();
  await expect(ask()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(erp.sends).toBe(0);
  expect((await ask()).status).toBe(200);
});

test('a put whose answer is lost meets itself and goes on', async () => {
  proxy.accidents = [{ action: 'PutItem', kind: 'lose-answer', times: 1 }];
  const { ask, erp } = intent();
  const answer = await ask();
  expect([answer.status, answer.replayed, erp.sends]).toEqual([200, false, 1]);
});

test('a completion whose answer is lost was still written', async () => {
  proxy.accidents = [{ action: 'UpdateItem', kind: 'lose-answer', times: 1 }];
  const { ask, stored, erp } = intent();
  expect((await ask()).status).toBe(200);
  expect([(await stored())?.version, erp.sends]).toEqual([2, 1]);
});

test('a completion that fails answers 202, and the retry settles it by lookup', async () => {
  proxy.accidents = [{ action: 'UpdateItem', kind: 'fail', times: 2 }];
  const { ask, stored, erp } = intent();
  expect((await ask()).status).toBe(202);
  expect((await stored())?.state).toBe('attempted');
  expect((await ask()).status).toBe(409);
  proxy.ahead = 21 * seconds;
  expect((await ask()).status).toBe(200);
  expect([erp.sends, erp.ledger.length]).toEqual([1, 1]);
});

test('after an absence that counts, 50 retries at once send once', async () => {
  const { ask, erp, stored } = intent();
  erp.behaviour = 'lose';
  expect((await ask()).status).toBe(202);
  erp.behaviour = 'commit';
  proxy.ahead = untilAbsenceCounts - 5 * seconds;
  expect((await ask()).status).toBe(202);
  expect(erp.sends).toBe(1);
  proxy.ahead = untilAbsenceCounts;
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(answers.every(({ status }) => [200, 202, 409].includes(status))).toBe(true);
  expect([erp.sends, erp.ledger.length, (await stored())?.attempts]).toEqual([2, 1, 2]);
});

test('what the system did not take opens again under the same key, and only for the same content', async () => {
  const { ask, erp } = intent();
  erp.behaviour = 'locked';
  const closed = await ask();
  expect([closed.status, JSON.parse(closed.body).code]).toEqual([409, 'DOCUMENT_LOCKED']);
  await expect(ask({ digest: 'other' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  erp.behaviour = 'commit';
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  expect(erp.ledger).toHaveLength(1);
});

test('a bug in the tool deletes nothing and is looked up', async () => {
  const { erp, commit } = intent();
  const broken = intent({
    send: async ({ reference }) => {
      commit(reference);
      throw new Error('bug');
    },
    find: async () => ({ state: 'applied', document: erp.ledger[0]?.document ?? '', result: '{"found":true}' }),
  });
  expect((await broken.ask()).status).toBe(200);
  expect(proxy.calls).not.toContain('DeleteItem');
  expect(erp.ledger).toHaveLength(1);
});

test.each([1, -1])('a host whose clock is %i h off writes the time of DynamoDB before it sends', async (hours) => {
  const otherClient = new DynamoDBClient({
    endpoint: proxy.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const elsewhere = operationsTable(otherClient, { tableName: 'operations', clock: tableClock(otherClient), results });
  const { erp, write, id } = intent();
  const wrong = vi.spyOn(Date, 'now').mockImplementation(() => hostTime() + hours * 3600 * seconds);
  erp.behaviour = 'lose';
  const { operation } = await powertoolsOnce(elsewhere)(draftOf(id, elsewhere.now()), write);
  wrong.mockRestore();
  otherClient.destroy();
  expect(operation.state).toBe('unknown');
  expect(Math.abs(operation.sendBy - Date.now() - 20 * seconds)).toBeLessThan(5 * seconds);
  expect(erp.sends).toBe(1);
});

test('an answer too large for the item is kept beside it and replayed byte for byte', async () => {
  const large = JSON.stringify({ rows: 'x'.repeat(450_000) });
  const { ask, stored } = intent({ send: async () => ({ state: 'applied', document: '1', result: large }) });
  const first = await ask();
  const second = await ask();
  expect([first.body === large, second.body === large, second.replayed]).toEqual([true, true, true]);
  expect((await stored())?.resultKey).toMatch(/^operations\//);
});

test('an answer that does not fit beside large arguments is kept beside the item too', async () => {
  const answer = JSON.stringify({ rows: 'x'.repeat(190_000) });
  const { ask, stored } = intent({ send: async () => ({ state: 'applied', document: '1', result: answer }) });
  const first = await ask({ input: JSON.stringify({ note: 'y'.repeat(250_000) }) });
  expect([first.status, first.body === answer, (await stored())?.state]).toEqual([200, true, 'applied']);
});

test('a large answer that cannot be fetched is still told as done, and comes back when it can', async () => {
  const large = JSON.stringify({ rows: 'x'.repeat(450_000) });
  const { ask, stored } = intent({ send: async () => ({ state: 'applied', document: '1', result: large }) });
  await ask();
  bucketFails = true;
  const without = await ask();
  expect([without.status, JSON.parse(without.body).state]).toEqual([202, 'applied']);
  expect((await stored())?.state).toBe('applied');
  bucketFails = false;
  expect((await ask()).body).toBe(large);
});

test('a large answer that cannot be kept leaves the outcome to the next lookup, and nothing is sent twice', async () => {
  const large = JSON.stringify({ rows: 'x'.repeat(450_000) });
  const { ask, stored, erp } = intent({
    send: async () => {
      erp.sends++;
      return { state: 'applied', document: '1', result: large };
    },
    find: async () => ({ state: 'applied', document: '1', result: large }),
  });
  bucketFails = true;
  expect((await ask()).status).toBe(202);
  bucketFails = false;
  proxy.ahead = 21 * seconds;
  const later = await ask();
  expect([later.status, later.body === large, (await stored())?.state, erp.sends]).toEqual([200, true, 'applied', 1]);
});

test('a retry that carries the intent out is no replay; one that finds it is', async () => {
  const { ask, erp } = intent();
  erp.behaviour = 'locked';
  await ask();
  erp.behaviour = 'commit';
  const carriedOut = await ask();
  const replayed = await ask();
  expect([carriedOut.status, carriedOut.replayed, replayed.status, replayed.replayed]).toEqual([200, false, 200, true]);
});

test('what the system could not take is queued, and asking again neither sends nor opens it', async () => {
  const { ask, erp } = intent();
  erp.behaviour = 'unavailable';
  const first = await ask();
  erp.behaviour = 'commit';
  const again = await ask();
  expect([first.status, JSON.parse(first.body).state, again.status, again.replayed]).toEqual([
    202,
    'queued',
    202,
    true,
  ]);
  expect(erp.ledger).toHaveLength(0);
});

test('what has to wait behind others is recorded, and nothing of it is sent', async () => {
  const { ask, erp } = intent();
  const held = await ask({ held: Promise.resolve({ state: 'queued', reason: 'BEHIND_OTHERS', unsent: 1 }) });
  expect([held.status, JSON.parse(held.body)]).toMatchObject([202, { state: 'queued', attempts: 0 }]);
  expect(erp.sends).toBe(0);
});

test('what was opened without an approval and needs one today is not sent again', async () => {
  const { ask, erp } = intent();
  erp.behaviour = 'locked';
  await ask();
  erp.behaviour = 'commit';
  const approval = { need: 1, of: ['anna'], why: 'all orders', within: 24, round: 1 };
  const again = await ask({ approval, state: 'awaiting_approval', attempts: 0 });
  expect([again.status, JSON.parse(again.body).code, erp.ledger.length]).toEqual([409, 'DOCUMENT_LOCKED', 0]);
});
