import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveRecover } from '../../../lib/aws/serve-recover.ts';
import type { Configuration } from '../../../lib/core/config.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

let tables: Awaited<ReturnType<typeof openRecordTables>>;
beforeAll(async () => {
  tables = await openRecordTables();
});
afterAll(() => tables.close());

/** A deployment whose system has lost every tool. */
const bare = (): Configuration => ({
  timeZone: 'Europe/Berlin',
  agents: {},
  operators: {},
  systems: {
    erp: {
      kind: 'model',
      isaLevel: 4,
      origins: {},
      settings: {},
      organisation: { default: {} },
      tools: [],
      load: () => Promise.reject(new Error('nothing to load')),
    },
  },
});
const recoverOf = (system: string) =>
  serveRecover(bare, {
    STAGE: 'test',
    OPERATIONS_TABLE: 'operations',
    COORDINATION_TABLE: 'coordination',
    RESULTS_BUCKET: 'results',
    SYSTEM: system,
    SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x',
    ORIGINS: {},
  });
const longAgo = Date.now() - 3_600_000;

test('an operation whose tool is gone goes to a person, unless nothing was sent', async () => {
  const ask = recoverOf('erp');
  await tables.operations.open(draftOf('sent', longAgo));
  await tables.operations.open(draftOf('not-sent', longAgo, { state: 'accepted', attempts: 0 }));
  await tables.operations.open(draftOf('running', Date.now()));
  for (const id of ['sent', 'not-sent', 'running'])
    expect(await ask({ ask: 'recover', operationId: id })).toEqual({ settled: true });
  expect(await tables.operations.get('sent')).toMatchObject({ state: 'review', reason: 'TOOL_GONE' });
  expect(await tables.operations.get('not-sent')).toMatchObject({ state: 'not_applied', reopenable: true });
  expect(await tables.operations.get('running')).toMatchObject({ state: 'attempted', version: 1 });
});

test("a system's function leaves the operations of another system alone", async () => {
  await tables.operations.open(draftOf('elsewhere', longAgo));
  const other = recoverOf('crm');
  await expect(other({ ask: 'recover', operationId: 'elsewhere' })).rejects.toMatchObject({
    code: 'OPERATION_NOT_FOUND',
  });
  expect(await tables.operations.get('elsewhere')).toMatchObject({ state: 'attempted', version: 1 });
});

test.each([
  [{ ask: 'recover' }],
  [{ ask: 'write', operationId: 'sent' }],
  [{ ask: 'recover', operationId: 'sent', resend: true }],
  [{ internal: 'recover', operationId: 'sent' }],
  [undefined],
])('the event %j is refused', async (event) => {
  await expect(recoverOf('erp')(event)).rejects.toThrow();
});
