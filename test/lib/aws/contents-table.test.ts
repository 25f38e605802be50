import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentsTable } from '../../../lib/aws/contents-table.ts';
import type { Contents } from '../../../lib/core/policy/possible-duplicate.ts';
import { openCoordinationTable } from './coordination-table.ts';

let table: Awaited<ReturnType<typeof openCoordinationTable>>;
let contents: Contents;

beforeAll(async () => {
  table = await openCoordinationTable();
  contents = contentsTable(table.client, 'coordination');
});
beforeEach(() => table.calm());
afterAll(() => table.close());

const take = (content: string, operationId: string, { at = 1_000, since = 0, instead = '' } = {}) =>
  contents.take({ system: 'erp', content }, { operationId, at }, { since, ...(instead && { instead }) });

test('who comes first has it, in one trip, and others are told who', async () => {
  expect(await take('one', 'a')).toBeUndefined();
  expect(await take('one', 'b', { at: 2_000 })).toEqual({ operationId: 'a', at: 1_000 });
  expect(await take('one', 'a', { at: 3_000 })).toBeUndefined();
  expect(table.proxy.calls).toEqual(['UpdateItem', 'UpdateItem', 'UpdateItem']);
});

test('of fifty at once one has it', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => take('many', `o${n}`)));
  expect(answers.filter((holder) => holder === undefined)).toHaveLength(1);
});

test('what is older than the window is free, and so is what is taken from the one who has it', async () => {
  await take('old', 'a');
  expect(await take('old', 'b', { at: 9_000, since: 1_001 })).toBeUndefined();
  expect(await take('old', 'c', { at: 9_500, instead: 'a' })).toEqual({ operationId: 'b', at: 9_000 });
  expect(await take('old', 'c', { at: 9_500, instead: 'b' })).toBeUndefined();
});

test('a take whose answer is lost meets itself', async () => {
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'lose-answer', times: 1 }];
  expect(await take('lost', 'a')).toBeUndefined();
  expect(await take('lost', 'b')).toEqual({ operationId: 'a', at: 1_000 });
});

test('a store that is down says so', async () => {
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'fail', times: 2 }];
  await expect(take('down', 'a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', applied: 'no' });
});
