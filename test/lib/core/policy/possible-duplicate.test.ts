import { expect, test } from 'vitest';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { possibleDuplicate } from '../../../../lib/core/policy/possible-duplicate.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';
import { memoryContents } from './memory-contents.ts';

const hours = 3_600_000;

function desk() {
  const { operations, state, items } = memoryOperations();
  const contents = memoryContents();
  const ask = async (id: string, overrides: Partial<Operation> = {}, instead?: string) => {
    const draft = draftOf(id, state.now, { group: '200 bearings', ...overrides });
    const refusal = await possibleDuplicate(draft, { contents, operations, within: 24 * hours, instead });
    if (!refusal) await operations.open(draft);
    return refusal && { code: refusal.code, facts: refusal.facts };
  };
  return { ask, state, items, operations, contents };
}

test('the same content under another key is refused, and names the first operation to its own agent', async () => {
  const { ask } = desk();
  expect(await ask('first')).toBeUndefined();
  const facts = { notDuplicateOf: 'first' };
  expect(await ask('second')).toEqual({ code: 'POSSIBLE_DUPLICATE', facts });
});

test('over all agents, and tells another agent nothing of the operation', async () => {
  const { ask } = desk();
  await ask('first');
  expect(await ask('second', { principal: '111122223333/other' })).toEqual({ code: 'POSSIBLE_DUPLICATE', facts: {} });
});

test('a retry of the same operation is no duplicate of itself', async () => {
  const { ask } = desk();
  await ask('first');
  expect(await ask('first')).toBeUndefined();
});

test('other content, another system, and what is older than the window are none', async () => {
  const { ask, state } = desk();
  await ask('first');
  expect(await ask('second', { group: '300 bearings' })).toBeUndefined();
  expect(await ask('third', { system: 'crm' })).toBeUndefined();
  state.now += 24 * hours + 1;
  expect(await ask('fourth')).toBeUndefined();
});

test('what surely had no effect stands in nobody’s way, and its own retry does then', async () => {
  const { ask, items } = desk();
  await ask('first');
  const first = items.get('first') as Operation;
  items.set('first', { ...first, state: 'not_applied' });
  expect(await ask('second')).toBeUndefined();
  expect((await ask('first'))?.code).toBe('POSSIBLE_DUPLICATE');
});

test.each([
  'queued',
  'unknown',
  'review',
  'awaiting_approval',
  'dead',
] as const)('what is %s may still be carried out, and counts', async (state) => {
  const { ask, items } = desk();
  await ask('first');
  items.set('first', { ...(items.get('first') as Operation), state });
  expect((await ask('second'))?.code).toBe('POSSIBLE_DUPLICATE');
});

test('a key that was used again with other content holds nothing: its operation is another one', async () => {
  const { contents, ask, state } = desk();
  await ask('first', { group: '300 bearings' });
  await contents.take(
    { system: 'erp', content: '200 bearings' },
    { operationId: 'first', at: state.now },
    { since: 0 },
  );
  expect(await ask('second')).toBeUndefined();
});

test('who died before there was a record holds the content for a minute', async () => {
  const { ask, state, items } = desk();
  await ask('first');
  items.delete('first');
  expect((await ask('second'))?.code).toBe('POSSIBLE_DUPLICATE');
  state.now += 61_000;
  expect(await ask('second')).toBeUndefined();
});

test('who says that it is no duplicate of the one that holds it gets it, of another one does not', async () => {
  const { ask } = desk();
  await ask('first');
  expect((await ask('second', {}, 'zeroth'))?.code).toBe('POSSIBLE_DUPLICATE');
  expect(await ask('second', {}, 'first')).toBeUndefined();
  expect((await ask('third', {}, 'first'))?.code).toBe('POSSIBLE_DUPLICATE');
});

test('of ten at once one gets it', async () => {
  const { ask } = desk();
  const refusals = await Promise.all(Array.from({ length: 10 }, (_, n) => ask(`o${n}`)));
  expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(1);
});

test('where the window is nothing, nothing is looked at', async () => {
  const { operations, contents } = desk();
  const looking = { contents, operations, within: 0, instead: undefined };
  for (const id of ['first', 'second']) expect(await possibleDuplicate(draftOf(id, 0), looking)).toBeUndefined();
});
