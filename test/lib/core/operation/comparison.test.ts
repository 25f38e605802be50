import { expect, test } from 'vitest';
import type { CreatedDocument } from '../../../../lib/core/connector.ts';
import { type Compared, compareCreated, type Told } from '../../../../lib/core/operation/comparison.ts';

const kinds = { erp_create_purchase_order: 'purchase_order' };
const at = (time: string): number => Date.parse(`2026-06-01T${time}Z`);

/** What the journal says of one create, from its first attempt on. */
const told = (id: string, states: readonly string[], more: Partial<Told> = {}): Told[] =>
  states.map((state, n) => ({
    ...{ id, at: at('10:00:00') + n * 1_000, type: `operation.${state}`, tool: 'erp_create_purchase_order' },
    reference: `R${id}`,
    ...(state === 'applied' && { document: `D${id}` }),
    ...more,
  }));
const shown = (id: string, changes: Partial<CreatedDocument> = {}): CreatedDocument => ({
  ...{ kind: 'purchase_order', document: `D${id}`, reference: `R${id}`, companyCode: '1010' },
  ...{ amount: '10.10', currency: 'EUR', createdAt: '2026-06-01', changedAt: '2026-06-01T10:00:00Z', deleted: false },
  ...changes,
});
const compare = (documents: CreatedDocument[], journal: Told[], days: Partial<Compared> = {}) =>
  compareCreated({ from: '2026-06-01', to: '2026-06-01', documents, journal, kinds, ...days });
const done = ['attempted', 'applied'];

test('what agrees is nothing but counted and added up, by company and currency', () => {
  const documents = [shown('1'), shown('2', { currency: 'USD' }), shown('3'), shown('4', { deleted: true })];
  const journal = ['1', '2', '3', '4'].flatMap((id) => told(id, done));
  const { totals, documents: all, operations, ...lists } = compare(documents, journal);
  expect([all, operations]).toEqual([4, 4]);
  expect(Object.values(lists).flat()).toEqual([]);
  const none = { orphans: 0, orphanAmount: '0' };
  expect(totals).toEqual([
    { companyCode: '1010', currency: 'EUR', documents: 3, amount: '20.2', ...none },
    { companyCode: '1010', currency: 'USD', documents: 1, amount: '10.1', ...none },
  ]);
});

test('a document that no operation made is an orphan, with what it commits', () => {
  const { orphans, totals } = compare([shown('1'), shown('9', { reference: undefined })], told('1', done));
  expect(orphans.map(({ document }) => document)).toEqual(['D9']);
  expect(totals).toMatchObject([{ documents: 2, orphans: 1, orphanAmount: '10.1' }]);
});

test('a copy of another kind that carries a reference of ours is an orphan all the same', () => {
  const copy = shown('1', { kind: 'purchase_requisition', document: 'P1' });
  expect(compare([shown('1'), copy], told('1', done)).orphans).toEqual([copy]);
});

test('a document whose reference somebody has overwritten is known by its number', () => {
  expect(compare([shown('1', { reference: 'PO of May' })], told('1', done)).orphans).toEqual([]);
});

test('an applied operation whose document is nowhere is missing', () => {
  const journal = [...told('1', done), ...told('2', done)];
  const { missing, operations } = compare([shown('1')], journal);
  expect(missing).toEqual([{ operationId: '2', document: 'D2', at: '2026-06-01T10:00:01.000Z' }]);
  expect(operations).toBe(2);
});

test('changes of documents are not looked for among what was created', () => {
  const change = told('7', done, { tool: 'erp_update_purchase_order_price', document: 'D0' });
  expect(compare([], change).missing).toEqual([]);
});

test('what was made beside the days that are reported is known, and not reported', () => {
  const late = told('1', done).map((each) => ({ ...each, at: at('23:59:59') }));
  const nextDay = shown('1', { createdAt: '2026-06-02', changedAt: '2026-06-02T00:00:01Z' });
  const { missing, documents, orphans } = compare([nextDay, shown('8', { createdAt: '2026-05-31' })], late);
  expect([missing, documents, orphans]).toEqual([[], 0, []]);
});

test('a second document of one operation is named with the first', () => {
  const { second } = compare([shown('1'), shown('1', { document: 'D1b', createdAt: '2026-06-02' })], told('1', done));
  expect(second).toEqual([{ operationId: '1', documents: ['D1', 'D1b'] }]);
  const cancelled = shown('1', { document: 'D1b', deleted: true });
  expect(compare([shown('1'), cancelled], told('1', done)).second).toEqual([]);
});

test.each([
  ['not_applied', 1],
  ['dead', 1],
  ['unknown', 1],
  ['review', 0],
])('a document of an operation that is %s: %d to look at', (state, count) => {
  const { unsettled, orphans } = compare([shown('1')], told('1', ['attempted', state]));
  expect(unsettled.map((each) => each.state)).toEqual(Array(count).fill(state));
  expect(orphans).toEqual([]);
});

test('what others changed after us is told, what we changed ourselves is not', () => {
  const documents = [
    shown('1', { changedAt: '2026-06-01T15:00:00Z', changedBy: 'MILLER' }),
    shown('2', { changedAt: '2026-06-01T15:00:00Z' }),
    shown('3', { changedAt: '2026-06-01T10:01:30Z' }),
  ];
  const ours: Told = { id: 'u', at: at('15:00:01'), type: 'operation.applied', tool: 'erp_cancel', document: 'D2' };
  const { edited } = compare(documents, [...['1', '2', '3'].flatMap((id) => told(id, done)), ours]);
  expect(edited).toMatchObject([
    { document: 'D1', changedBy: 'MILLER', operationId: '1', ourLast: '2026-06-01T10:00:00.000Z' },
  ]);
});

test('a lookup long after the creation hides no change in between', () => {
  const [attempted, applied] = told('1', done);
  if (!attempted || !applied) throw new Error('nothing is told');
  const journal = [attempted, { ...applied, at: at('18:00:00') }];
  expect(compare([shown('1', { changedAt: '2026-06-01T15:00:00Z' })], journal).edited).toHaveLength(1);
});
