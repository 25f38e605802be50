import { expect, test } from 'vitest';
import { cancelPurchaseOrder } from '../../../../contracts/cancel-purchase-order.ts';
import { createPurchaseOrder } from '../../../../contracts/create-purchase-order.ts';
import { type AllocationUse, amendAccount, openOf } from '../../../../lib/core/budget-account.ts';
import type { CountersignError } from '../../../../lib/core/errors.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { claimAllocations } from '../../../../lib/core/policy/allocations.ts';
import { followAllocations } from '../../../../lib/core/policy/follow-allocations.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';

const account = 'cost_center.4711.2026';
const allocation = `${account}.T00000000001`;
const today = '2026-06-01';

/** A budget from which 1,000.00 EUR are allocated, and the operations that use it. */
async function house() {
  const { ledger, state } = memoryLedger();
  const { operations, state: time, items } = memoryOperations();
  await amendAccount(ledger, account, (seen) => ({
    ...seen,
    allocations: [{ id: allocation, amount: '1000.00', currency: 'EUR', purpose: 'steel', used: [] }],
  }));
  const claim = (operationId: string, amount: string, more: Partial<AllocationUse> = {}) =>
    claimAllocations({
      ...{ ledger, operations, operationId, at: time.now, today },
      uses: [{ allocation, part: '0', amount, currency: 'EUR', ...more }],
    });
  const take = async (operationId: string, amount: string, more?: Partial<AllocationUse>): Promise<string> =>
    (await claim(operationId, amount, more).refused)?.code ?? 'taken';
  const open = async () => {
    const { allocations } = await amendAccount(ledger, account, (seen) => seen);
    return allocations.map((each) => openOf(each, today).toFixed(2)).join();
  };
  const ordered = (id: string, change: Partial<Operation>): Operation =>
    draftOf(id, time.now, { input: JSON.stringify({ ...order, budgetAllocation: allocation }), ...change });
  const follow = (operation: Operation, relayed = true, contract = createPurchaseOrder as never) =>
    followAllocations(operation, { ledger, contract, now: time.now, relayed });
  const cancel = (change: Partial<Operation>, relayed = true) =>
    follow(ordered('cancel', { state: 'applied', ...change }), relayed, cancelPurchaseOrder as never);
  return { ledger, state, items, time, claim, take, open, ordered, follow, cancel };
}

const [{ input: example, output }] = createPurchaseOrder.examples;
const [line] = example.lines;
/** Two lines of 450.00 EUR. */
const order = {
  ...example,
  expectedTotal: undefined,
  lines: [line, line].map((each) => ({ ...each, quantity: { value: '100', unit: 'C62' } })),
};
const result = JSON.stringify({ ...output, lines: ['10', '20'].map((each) => ({ ...output.lines[0], line: each })) });
const done = { state: 'applied' as const, document: '4500000301', result };
const cancelled = (cancelledLines: string[], remainingLines: string[]) => ({
  document: '4500000301',
  result: JSON.stringify({ cancelledLines, remainingLines }),
});

test('the same operation uses an allocation once, however often it is sent', async () => {
  const { take, open } = await house();
  expect(await Promise.all([take('a', '600'), take('a', '600'), take('a', '600')])).toEqual([
    'taken',
    'taken',
    'taken',
  ]);
  expect(await open()).toBe('400.00');
});

test('of a hundred operations that want a tenth at the same moment, ten get it', async () => {
  const { take, open } = await house();
  const all = await Promise.all(Array.from({ length: 30 }, (_, n) => take(`o${n}`, '100')));
  expect(all.filter((each) => each === 'taken')).toHaveLength(10);
  expect(all.filter((each) => each === 'BUDGET_EXCEEDED')).toHaveLength(20);
  expect(await open()).toBe('0.00');
});

test('what an allocation does not cover is refused with what is left of it', async () => {
  const { claim, take } = await house();
  await take('a', '600');
  const refusal: CountersignError | undefined = await claim('b', '400.01').refused;
  expect(refusal).toMatchObject({
    code: 'BUDGET_EXCEEDED',
    facts: { allocation, available: { amount: '400', currency: 'EUR' } },
  });
});

test('another currency, an unknown allocation and a deployment without budgets are refused by name', async () => {
  const { take, claim } = await house();
  expect(await take('a', '1', { currency: 'USD' })).toBe('CURRENCY_NOT_ALLOWED');
  expect(await take('a', '1', { allocation: `${account}.T00000000002` })).toBe('NOT_FOUND');
  expect(await take('a', '1', { allocation: 'cost_center.4712.2026.T00000000001' })).toBe('NOT_FOUND');
  expect(claim).toBeDefined();
});

test('a call of which no operation came puts back what it took, and only that', async () => {
  const { claim, take, open } = await house();
  await take('a', '600');
  await claim('a', '600').undo();
  expect(await open()).toBe('400.00');
  await claim('b', '300').undo();
  expect(await open()).toBe('400.00');
});

test('a ledger that cannot be read refuses the call', async () => {
  const { take, state } = await house();
  state.failing = 1;
  expect(await take('a', '1')).toBe('STORE_UNAVAILABLE');
});

test('what had no effect for good is given back, and a repeated call does not take it again', async () => {
  const { take, open, follow, ordered } = await house();
  for (const part of ['0', '1']) await take('a', '450', { part });
  await follow(ordered('a', { state: 'not_applied' }));
  expect(await open()).toBe('1000.00');
  expect(await take('a', '450')).toBe('taken');
  expect(await open()).toBe('1000.00');
});

test('what may be sent again is given back by its own call, not later by the relay', async () => {
  const { take, open, follow, ordered } = await house();
  await take('a', '450');
  await follow(ordered('a', { state: 'not_applied', reopenable: true }));
  expect(await open()).toBe('550.00');
  await follow(ordered('a', { state: 'not_applied', reopenable: true }), false);
  expect(await open()).toBe('1000.00');
  await take('a', '450');
  expect(await open()).toBe('550.00');
});

test('an order that is there after all has used its allocation, even where another one has taken the rest', async () => {
  const { take, open, follow, ordered } = await house();
  await take('a', '450');
  await follow(ordered('a', { state: 'not_applied' }));
  await take('b', '1000');
  await follow(ordered('a', { ...done, state: 'review', reason: 'LATE_EFFECT' }));
  expect(await open()).toBe('0.00');
  expect(await take('c', '0.01')).toBe('BUDGET_EXCEEDED');
});

test('cancelling an order gives back what its lines used, each line once', async () => {
  const { take, open, follow, ordered, cancel } = await house();
  for (const part of ['0', '1']) await take('a', '450', { part });
  await follow(ordered('a', done), false);
  await cancel(cancelled(['10'], ['20']), false);
  expect(await open()).toBe('550.00');
  await cancel(cancelled(['10'], ['20']));
  await cancel(cancelled(['20'], []));
  expect(await open()).toBe('1000.00');
  await follow(ordered('a', done));
  expect(await take('a', '450')).toBe('taken');
  expect(await open()).toBe('1000.00');
});

test('a cancellation that is followed before its order is gives back all the same', async () => {
  const { take, open, follow, ordered, cancel } = await house();
  await take('a', '450');
  await cancel(cancelled(['10', '20'], []), false);
  await cancel(cancelled(['10', '20'], []));
  expect(await open()).toBe('550.00');
  await follow(ordered('a', done));
  expect(await open()).toBe('1000.00');
});

test('what a call used that died before it was recorded is freed for who needs it', async () => {
  const { take, items, time, ordered } = await house();
  await take('dead', '700');
  await take('living', '300');
  items.set('living', ordered('living', {}));
  expect(await take('b', '500')).toBe('BUDGET_EXCEEDED');
  time.now += 61_000;
  expect(await take('b', '701')).toBe('BUDGET_EXCEEDED');
  expect(await take('b', '700')).toBe('taken');
});

test('an operation that others put in the place of a dead one leaves nothing with it', async () => {
  const { take, open, follow, ordered } = await house();
  await take('a', '450');
  await follow(ordered('a', { state: 'dead' }));
  expect(await open()).toBe('550.00');
  await follow(ordered('a', { state: 'dead', editedAs: 'b' }));
  expect(await open()).toBe('1000.00');
});
