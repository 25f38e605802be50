import { afterAll, beforeAll, expect, test } from 'vitest';
import { unsettledIndex } from '../../../lib/aws/unsettled-index.ts';
import { evolve, type Operation } from '../../../lib/core/operation/operation.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

const now = Date.parse('2026-06-01T10:00:00Z');
const waiting = 510;

let tables: Awaited<ReturnType<typeof openRecordTables>>;
beforeAll(async () => {
  tables = await openRecordTables();
  const open = (id: string, change: Partial<Operation>, at: number) =>
    tables.operations.open(evolve(draftOf(id, at), change, at));
  for (let n = 0; n < waiting; n++) await open(`queued-${n}`, { state: 'queued', queuedAt: now }, now + n);
  await open('unknown', { state: 'unknown' }, now + waiting);
});
afterAll(() => tables.close());

test('what is unknown is found behind a long backlog', async () => {
  const { before } = unsettledIndex(tables.client, 'operations');
  expect(await before('erp', now + 10_000, 'others')).toEqual(['unknown']);
  expect(await before('erp', now + waiting, 'others')).toEqual([]);
});

test('one question answers the oldest of a long backlog', async () => {
  const { before } = unsettledIndex(tables.client, 'operations');
  const oldest = await before('erp', now + 10_000, 'queued');
  expect([oldest.length, oldest[0], oldest.at(-1)]).toEqual([500, 'queued-0', 'queued-499']);
});
