import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ledgerTable } from '../../../lib/aws/ledger-table.ts';
import { amendAccount } from '../../../lib/core/budget-account.ts';
import type { Ledger } from '../../../lib/core/ledger.ts';
import { openRecordTables } from './record-tables.ts';

let tables: Awaited<ReturnType<typeof openRecordTables>>;
let ledger: Ledger;
beforeAll(async () => {
  tables = await openRecordTables();
  ledger = ledgerTable(tables.client, 'ledger');
});
beforeEach(() => {
  tables.proxy.accidents = [];
});
afterAll(() => tables.close());

const allocation = (id: string) => ({ id, amount: '0.10', currency: 'EUR', purpose: 'steel', used: [] });

test('a record is written over the version before it and no other', async () => {
  expect(await ledger.get('a')).toBeUndefined();
  expect(await ledger.put({ id: 'a', version: 1 })).toBe(true);
  expect(await ledger.put({ id: 'a', version: 1 })).toBe(false);
  expect(await ledger.put({ id: 'a', version: 3 })).toBe(false);
  expect(await ledger.put({ id: 'a', version: 2 })).toBe(true);
  expect(await ledger.get('a')).toEqual({ id: 'a', version: 2 });
});

test('everybody who changes a record at the same moment is in it afterwards', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `cost_center.4711.2026.T${n}`);
  await Promise.all(
    ids.map((id) =>
      amendAccount(ledger, 'crowded', (seen) => ({ ...seen, allocations: [...seen.allocations, allocation(id)] })),
    ),
  );
  const { allocations, version } = await amendAccount(ledger, 'crowded', (seen) => seen);
  expect(allocations.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(version).toBe(20);
});

test('what is refused a permit is not written', async () => {
  const permit = () => Promise.reject(new Error('too late'));
  await expect(ledger.put({ id: 'late', version: 1 }, { permit })).rejects.toThrow('too late');
  expect(await ledger.get('late')).toBeUndefined();
});

test('a write whose answer is lost is unknown, a read that fails is not', async () => {
  const lost = ledgerTable(tables.client, 'no-such-table');
  await expect(lost.put({ id: 'a', version: 1 })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    applied: 'unknown',
  });
  await expect(lost.get('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', applied: 'no' });
});
