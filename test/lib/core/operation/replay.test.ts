import { expect, test } from 'vitest';
import { CountersignError } from '../../../../lib/core/errors.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation } from '../../../../lib/core/operation/operation.ts';
import { checkAge, checkPeriod, type Replaying, replay } from '../../../../lib/core/operation/replay.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';
import { type Behaviour, modelErp } from './model-erp.ts';

/** A backlog of operations about one document, which joined it one second after the other while the system was down. */
async function backlog(ids: readonly string[], behaviour: Behaviour = 'commit') {
  const { operations, state, firstOf } = memoryOperations();
  const { erp, write } = modelErp();
  erp.behaviour = 'unavailable';
  for (const id of ids) {
    const { operation } = await operations.open(draftOf(id, state.now, { group: '4500000001', reference: id }));
    await settle(operations, await attempt(operations, write, operation));
    state.now += 1_000;
  }
  Object.assign(erp, { behaviour, sends: 0 });
  const on: Replaying = { operations, firstOf, write: async () => write, recheck: async () => {} };
  const turn = (operationId: string, version = 2) => replay({ operationId, version }, on);
  const stateOf = async (id: string) => (await operations.get(id))?.state;
  return { operations, state, erp, on, turn, stateOf };
}

const references = (ledger: readonly { readonly reference: string }[]) => ledger.map(({ reference }) => reference);

test('what waited is carried out once, though its turn comes ten times at once', async () => {
  const { erp, turn, stateOf } = await backlog(['a']);
  await Promise.all(Array.from({ length: 10 }, () => turn('a')));
  expect([await stateOf('a'), references(erp.ledger)]).toEqual(['applied', ['a']]);
  expect(await turn('a')).toBe('done');
});

test('a lane keeps its order, whatever order the turns come in', async () => {
  const { erp, turn } = await backlog(['a', 'b', 'c']);
  expect([await turn('c'), await turn('b'), await turn('c'), await turn('a')]).toEqual([
    'next',
    'done',
    'done',
    'done',
  ]);
  expect(references(erp.ledger)).toEqual(['a', 'b', 'c']);
});

test('an index that is behind lets nobody overtake', async () => {
  const { erp, on, operations, turn } = await backlog(['a', 'b', 'c']);
  await turn('a');
  const behind = { ...on, firstOf: async () => 'a' };
  expect(await replay({ operationId: 'c', version: 2 }, behind)).toBe('next');
  expect([references(erp.ledger), (await operations.get('c'))?.state]).toEqual([['a'], 'queued']);
  expect([await turn('c'), await turn('c')]).toEqual(['next', 'done']);
  expect(references(erp.ledger)).toEqual(['a', 'b', 'c']);
});

test('one turn serves its lane where others were lost', async () => {
  const { erp, turn } = await backlog(['a', 'b', 'c']);
  expect([await turn('c'), await turn('c'), await turn('c')]).toEqual(['next', 'next', 'done']);
  expect(references(erp.ledger)).toEqual(['a', 'b', 'c']);
});

test('nothing overtakes what may still take effect', async () => {
  const { erp, state, turn, stateOf } = await backlog(['a', 'b'], 'lose');
  expect([await turn('a'), await turn('b'), await stateOf('a'), await stateOf('b')]).toEqual([
    ...['wait', 'wait'],
    ...['unknown', 'queued'],
  ]);
  erp.behaviour = 'commit';
  state.now = absentAfter(state.now + 20_000, { maxServerTime: 600_000, lookupLag: 5_000 });
  expect([await turn('b'), await turn('b')]).toEqual(['next', 'done']);
  expect(references(erp.ledger)).toEqual(['a', 'b']);
});

test('what may have taken effect and whose tool is gone is put to a person', async () => {
  const { on, turn, operations } = await backlog(['a'], 'lose');
  await turn('a');
  const gone = async () => {
    throw new CountersignError('TOOL_NOT_FOUND', 'gone');
  };
  expect(await replay({ operationId: 'a', version: 2 }, { ...on, write: gone })).toBe('done');
  const { state, reason } = (await operations.get('a')) as Operation;
  expect([state, reason]).toEqual(['review', 'TOOL_GONE']);
});

test('a system that is still down keeps all of it, and what it refused has a turn of its own again', async () => {
  const { erp, turn, operations } = await backlog(['a'], 'unavailable');
  const before = (await operations.get('a')) as Operation;
  expect(await turn('a')).toBe('done');
  const after = (await operations.get('a')) as Operation;
  expect([after.state, after.version > before.version, after.queuedAt]).toEqual(['queued', true, before.queuedAt]);
  erp.behaviour = 'commit';
  await turn('a', after.version);
  expect(references(erp.ledger)).toEqual(['a']);
});

test('what is forbidden by now is refused and holds nobody up', async () => {
  const { erp, state, on, operations, stateOf } = await backlog(['a', 'b']);
  const limit = 3_600_000;
  state.now += limit - 1_500;
  const aged = { ...on, recheck: async (operation: Operation) => checkAge(operation, state.now, limit) };
  await replay({ operationId: 'b', version: 2 }, aged);
  await replay({ operationId: 'b', version: 2 }, aged);
  const refused = (await operations.get('a')) as Operation;
  expect([refused.state, refused.reason, refused.resultStatus, refused.reopenable]).toEqual([
    ...['not_applied', 'OPERATION_OUTDATED', 409, undefined],
  ]);
  expect([await stateOf('b'), references(erp.ledger)]).toEqual(['applied', ['b']]);
});

test('what would be dated in another posting period is not sent, the last and the first day of one are the same', () => {
  expect(() => checkPeriod('2026-05-01', '2026-05-31')).not.toThrow();
  expect(() => checkPeriod('2026-05-31', '2026-06-01')).toThrow(/2026-05; now it is 2026-06/);
  expect(() => checkPeriod('2025-06-30', '2026-06-01')).toThrow();
});
