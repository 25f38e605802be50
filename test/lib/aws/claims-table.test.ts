import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimsTable } from '../../../lib/aws/claims-table.ts';
import { type Claim, type Pots, takeClaims } from '../../../lib/core/policy/claims.ts';
import { openCoordinationTable } from './coordination-table.ts';

let table: Awaited<ReturnType<typeof openCoordinationTable>>;
let pots: Pots;

beforeAll(async () => {
  table = await openCoordinationTable();
  // An operation is looked at by its id alone: for that the same table does.
  pots = claimsTable(table.client, { coordination: 'coordination', operations: 'coordination', now: () => 1_000 });
});
beforeEach(() => table.calm());
afterAll(() => table.close());

const line = (amount: string, left = '100.00'): Claim => ({
  pot: 'line 10',
  amount,
  left,
  refusal: 'ALREADY_CREDITED',
});
const take = (of: string, id: string, amount: string, version = 1) =>
  takeClaims({ id, version, system: 'erp' }, { of, pots, ask: async () => [line(amount)] });
const stored = async (of: string) => {
  const Key = marshall({ id: `pots#erp#${of}` });
  return unmarshall((await table.client.send(new GetItemCommand({ TableName: 'coordination', Key }))).Item ?? {});
};
const operation = (id: string, state: string) =>
  table.client.send(new PutItemCommand({ TableName: 'coordination', Item: marshall({ id, state }) }));
const giveBack = (of: string, id: string, version = 5) => pots.giveBack({ system: 'erp', of }, { id, version });

test('of many at once no more are let through than there is', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `many${n}`);
  for (const id of ids) await operation(id, 'attempted');
  const taken = await Promise.allSettled(ids.map((id) => take('many', id, '30')));
  expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(Object.keys((await stored('many'))['claims'])).toHaveLength(3);
});

test('a claim whose answer was lost, and is repeated, counts once', async () => {
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'lose-answer', times: 1 }];
  await take('lost', 'o1', '60');
  expect(await stored('lost')).toMatchObject({ claims: { o1: { version: 1, amounts: { 'line 10': '60' } } } });
});

test('where claims cannot be read or kept, nothing is sent', async () => {
  table.proxy.accidents = [{ action: 'GetItem', kind: 'fail', times: 2 }];
  await expect(take('down', 'o1', '1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', applied: 'no' });
  table.proxy.accidents = [{ action: 'UpdateItem', kind: 'fail', times: 2 }];
  await expect(take('down', 'o1', '1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', applied: 'no' });
});

test('it stays in the table while there is a claim, and leaves by itself some days after the last one', async () => {
  for (const id of ['o1', 'o2']) await take('stays', id, '10');
  await giveBack('stays', 'o1');
  expect((await stored('stays'))['expiration']).toBeUndefined();
  await giveBack('stays', 'o2');
  expect(await stored('stays')).toEqual({ id: 'pots#erp#stays', version: 4, claims: {}, expiration: 1 + 2 * 86_400 });
  await take('stays', 'o3', '10');
  expect((await stored('stays'))['expiration']).toBeUndefined();
});

test('what was never claimed, or claimed by a later version, is not given back', async () => {
  await giveBack('never', 'o1');
  await take('later', 'o1', '10', 7);
  await giveBack('later', 'o1', 6);
  expect(await stored('later')).toMatchObject({ version: 1, claims: { o1: { version: 7 } } });
});

test('who has ended, or is gone, is no longer in the way', async () => {
  await take('ended', 'ended1', '60');
  await operation('ended1', 'attempted');
  await expect(take('ended', 'ended2', '60')).rejects.toMatchObject({ code: 'ALREADY_CREDITED' });
  await operation('ended1', 'not_applied');
  await take('ended', 'ended2', '60');
  await take('ended', 'ended3', '60');
  expect(Object.keys((await stored('ended'))['claims'])).toEqual(['ended3']);
});
