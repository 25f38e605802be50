import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { approvalLinks } from '../../../lib/aws/approval-links.ts';
import { approvalsTable } from '../../../lib/aws/approvals-table.ts';
import { signInRecords } from '../../../lib/aws/sign-in-records.ts';
import type { Approvals } from '../../../lib/core/approval/approval.ts';
import { hashOfLink, newLink } from '../../../lib/people/link.ts';
import { openApprovalsStore, roundOf } from './approvals-store.ts';

let store: Awaited<ReturnType<typeof openApprovalsStore>>;
let approvals: Approvals;

beforeAll(async () => {
  store = await openApprovalsStore();
  approvals = approvalsTable(store.client, store.tableName);
});
beforeEach(() => {
  store.proxy.accidents = [];
});
afterAll(() => store.close());

test('a round is opened once; who comes second sees the first', async () => {
  const first = await approvals.open(roundOf('once.1'));
  const second = await approvals.open(roundOf('once.1', { why: 'another reason' }));
  expect([first.won, second.won]).toEqual([true, false]);
  expect(second.approval).toEqual(roundOf('once.1'));
  expect(await approvals.get('once.1')).toEqual(roundOf('once.1'));
});

test('of many changes to one version one wins, and the others see it', async () => {
  const { approval: seen } = await approvals.open(roundOf('race.1'));
  const verdicts = ['approved', 'refused', 'expired', 'approved', 'refused'] as const;
  const written = await Promise.all(verdicts.map((status) => approvals.change(seen, { status })));
  expect(written.filter(({ won }) => won)).toHaveLength(1);
  expect(new Set(written.map(({ approval }) => approval.status)).size).toBe(1);
  expect((await approvals.get('race.1'))?.version).toBe(2);
});

test('a write whose answer was lost meets itself in the retry', async () => {
  store.proxy.accidents = [{ action: 'PutItem', kind: 'lose-answer', times: 1 }];
  const opened = await approvals.open(roundOf('lost.1'));
  expect(opened.won).toBe(true);
  store.proxy.accidents = [{ action: 'UpdateItem', kind: 'lose-answer', times: 1 }];
  const changed = await approvals.change(opened.approval, { status: 'approved' });
  expect([changed.won, changed.approval.version]).toEqual([true, 2]);
});

test('a field that a change names without a value is removed', async () => {
  const { approval } = await approvals.open(roundOf('token.1'));
  await approvals.change(approval, { status: 'refused', token: undefined });
  expect(await approvals.get('token.1')).not.toHaveProperty('token');
});

test('what waits for a decision is listed, oldest first', async () => {
  await approvals.open(roundOf('late.1', { createdAt: Date.UTC(2026, 8, 2), agent: 'lister' }));
  await approvals.open(roundOf('early.1', { createdAt: Date.UTC(2026, 8, 1), agent: 'lister' }));
  await approvals.open(roundOf('done.1', { status: 'approved', agent: 'lister' }));
  const ids = (await approvals.pending()).filter(({ agent }) => agent === 'lister').map(({ id }) => id);
  expect(ids).toEqual(['early.1', 'late.1']);
});

test('a link is found by the hash of what stands in the mail, and never comes to name another round', async () => {
  const links = approvalLinks(store.client, store.tableName);
  const { id, hash } = newLink();
  const link = { approvalId: 'once.1', approver: 'anna', expiration: 2_000_000_000 };
  store.proxy.accidents = [{ action: 'PutItem', kind: 'lose-answer', times: 1 }];
  await links.put(hash, link);
  expect(await links.find(hashOfLink(id))).toEqual(link);
  expect(await links.find(hashOfLink(`${id}x`))).toBeUndefined();
  await expect(links.put(hash, { ...link, approvalId: 'other.1' })).rejects.toThrow();
});

test('a sign-in record starts empty and changes only from the version that was seen', async () => {
  const records = signInRecords(store.client, store.tableName);
  const seen = await records.get('anna');
  expect(seen).toEqual({ lastStep: 0, failures: 0, lockedUntil: 0, version: 0 });
  const both = await Promise.all([1, 2].map((failures) => records.change('anna', seen, { failures })));
  expect(both.filter(Boolean)).toHaveLength(1);
  const next = await records.get('anna');
  expect(next.version).toBe(1);
  expect(await records.change('anna', next, { lastStep: 7, expiration: 2_000_000_000 })).toMatchObject({ version: 2 });
  expect(await records.get('anna')).toMatchObject({ lastStep: 7, version: 2 });
});
