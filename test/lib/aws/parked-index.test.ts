import { afterAll, beforeAll, expect, test } from 'vitest';
import { allParked, parkedIndex } from '../../../lib/aws/parked-index.ts';
import { evolve, type Operation } from '../../../lib/core/operation/operation.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { openRecordTables } from './record-tables.ts';

const now = Date.parse('2026-06-01T10:00:00Z');

let tables: Awaited<ReturnType<typeof openRecordTables>>;
beforeAll(async () => {
  tables = await openRecordTables();
  const parked = async (id: string, change: Partial<Operation>, system = 'erp') =>
    tables.operations.open(evolve(draftOf(id, now, { system }), change, now + 1_000));
  for (let n = 0; n < 5; n++) await parked(`dead-${n}`, { state: 'dead' });
  await parked('looked-at-again', { state: 'dead', secondLook: 'due' });
  await parked('believed', { state: 'not_applied', secondLook: 'due' });
  await parked('review', { state: 'review' });
  await parked('elsewhere', { state: 'dead' }, 'crm');
  await parked('queued', { state: 'queued', queuedAt: now });
});
afterAll(() => tables.close());

test('what is dead in a system is found page by page, what is due for its second look too', async () => {
  const page = parkedIndex(tables.client, 'operations');
  const found: string[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const { parked, nextCursor } = await page('erp', 'dead', { limit: 2, cursor });
    expect(parked.length).toBeLessThanOrEqual(2);
    found.push(...parked.map(({ id }) => id));
    cursor = nextCursor;
    pages++;
  } while (cursor !== undefined);
  expect(found.sort()).toEqual(['dead-0', 'dead-1', 'dead-2', 'dead-3', 'dead-4', 'looked-at-again']);
  expect(pages).toBeGreaterThan(3);
});

test('since when it waits is known without reading it', async () => {
  const page = parkedIndex(tables.client, 'operations');
  const found = [];
  for await (const each of allParked(page, 'erp', 'review')) found.push(each);
  expect(found).toEqual([{ id: 'review', since: now + 1_000 }]);
});

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
test.each([
  ['nothing', ''],
  ['no base64', '%%%'],
  ['another partition', cursorOf({ partition: 2 })],
  ['other fields', cursorOf({ partition: 1, from: { id: 1 } })],
])('a cursor that is %s is refused', async (_, cursor) => {
  const asked = parkedIndex(tables.client, 'operations')('erp', 'dead', { limit: 2, cursor });
  await expect(asked).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

test('a cursor leads into no other system', async () => {
  const from = { id: 'elsewhere', unsettled: 'crm dead', updatedAt: 0 };
  const page = parkedIndex(tables.client, 'operations');
  const { parked } = await page('erp', 'dead', { limit: 10, cursor: cursorOf({ partition: 1, from }) });
  expect(parked.map(({ id }) => id)).not.toContain('elsewhere');
  expect(parked).toHaveLength(5);
});
