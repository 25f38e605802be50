import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { totalsTable } from '../../../lib/aws/totals-table.ts';
import type { Totals } from '../../../lib/core/policy/totals.ts';
import { openCoordinationTable } from './coordination-table.ts';

const hour = 3_600_000;
let table: Awaited<ReturnType<typeof openCoordinationTable>>;
let totals: Totals;

beforeAll(async () => {
  table = await openCoordinationTable();
  totals = totalsTable(table.client, 'coordination');
});
beforeEach(() => table.calm());
afterAll(() => table.close());

const order = (counterparty: string, operationId: string, value = '24000', now = 0) =>
  totals.add({ agent: 'buyer', system: 'erp', counterparty, operationId, value, now });
const stored = async (counterparty: string) => {
  const Key = marshall({ id: `sum#erp#buyer#${counterparty}` });
  return unmarshall((await table.client.send(new GetItemCommand({ TableName: 'coordination', Key }))).Item ?? {});
};

test('of ten orders at once each sees all that came before it, so that one at the most is below the limit', async () => {
  const sums = await Promise.all(Array.from({ length: 10 }, (_, n) => order('at once', `o${n}`)));
  expect(sums.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => 24_000 * (n + 1)));
  expect(table.proxy.calls).toEqual(Array(10).fill('UpdateItem'));
});

test('a write whose answer was lost, and is repeated, counts once', async () => {
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'lose-answer', times: 1 }];
  expect([await order('lost', 'o1'), await order('lost', 'o2')]).toEqual(['24000', '48000']);
});

test('where the sum cannot be told, nothing is sent', async () => {
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'fail', times: 2 }];
  await expect(order('down', 'o1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', applied: 'no' });
});

test('what had no effect counts no longer', async () => {
  await order('refused', 'o1');
  await totals.forget({ agent: 'buyer', system: 'erp', counterparty: 'refused', operationId: 'o1', now: 1 });
  expect(await order('refused', 'o2', '5', 2)).toBe('5');
});

test('the log is shortened now and then, and says the same; the item leaves the table by itself', async () => {
  for (let n = 0; n < 63; n++) await order('often', `old${n}`, '1');
  expect(await order('often', 'new', '0.5', 26 * hour)).toBe('0.5');
  expect(await order('often', 'next', '0.25', 26 * hour)).toBe('0.75');
  const { log, edition, expiration } = await stored('often');
  expect([log.length, edition, expiration]).toEqual([2, 1, 26 * 3600 + 2 * 86_400]);
});

test('who shortens a log that has grown meanwhile leaves it as it is', async () => {
  for (let n = 0; n < 63; n++) await order('race', `o${n}`, '1');
  // Before the shortening that follows the 64th append, somebody else appends.
  table.proxy.beforeUpdate = async () => {
    table.proxy.beforeUpdate = () => order('race', 'late', '1');
  };
  expect(await order('race', 'o63', '1')).toBe('64');
  expect(await order('race', 'o64', '1')).toBe('66');
  expect((await stored('race'))['edition']).toBe(0);
});
