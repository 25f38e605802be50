import { expect, test } from 'vitest';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation } from '../../../../lib/core/operation/operation.ts';
import { lookAgain, reconcile } from '../../../../lib/core/operation/reconcile.ts';
import { recover } from '../../../../lib/core/operation/recover.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';
import { type Behaviour, modelErp } from './model-erp.ts';

async function sent(behaviour: Behaviour, overrides: Partial<Operation> = {}) {
  const { operations, state } = memoryOperations();
  const { erp, write, commit } = modelErp();
  erp.behaviour = behaviour;
  const { operation } = await operations.open(draftOf('o1', state.now, overrides));
  await settle(operations, await attempt(operations, write, operation));
  const absent = absentAfter(operation.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 });
  const on = { operations, write: async () => write };
  const current = async () => (await operations.get('o1')) as Operation;
  return { operations, state, erp, write, commit, absent, on, current };
}

test('what nobody asks about any more is settled all the same', async () => {
  const { state, absent, on, current, commit, operations } = await sent('lose');
  expect((await current()).unsettled).toBe('erp');
  commit((await current()).reference);
  state.now = absent;
  const { state: settled, unsettled } = await reconcile(await current(), on);
  expect([settled, unsettled, operations.now()]).toEqual(['applied', undefined, absent]);
});

test('what came out of the backlog and surely had no effect goes back into it', async () => {
  const { state, absent, on, current, erp } = await sent('lose', { queuedAt: 1, group: '4500000001' });
  state.now = absent;
  const again = await reconcile(await current(), on);
  expect([again.state, again.lane, again.attempts, erp.sends]).toEqual(['queued', 'erp 4500000001', 1, 1]);
});

test('an absence that was believed is looked at once more, a day later, and not twice', async () => {
  const { state, absent, on, current, erp } = await sent('lose');
  state.now = absent;
  const believed = await reconcile(await current(), on);
  expect([believed.state, believed.unsettled]).toEqual(['not_applied', 'erp second look']);
  const looked = await lookAgain(believed, on);
  expect([looked.secondLook, looked.unsettled, looked.state]).toEqual(['done', undefined, 'not_applied']);
  const { lookups } = erp;
  await lookAgain(looked, on);
  expect(erp.lookups).toBe(lookups);
});

test('an effect that turns up a day after it was believed absent is a review', async () => {
  const { state, absent, on, current, commit } = await sent('lose');
  state.now = absent;
  const believed = await reconcile(await current(), on);
  commit(believed.reference);
  const late = await lookAgain(believed, on);
  expect([late.state, late.reason, late.document, late.secondLook]).toEqual(['review', 'LATE_EFFECT', '451', 'done']);
});

test('a second document that turns up a day after the first send was believed absent is a review', async () => {
  const { operations, state, absent, write, on, current, commit, erp } = await sent('lose');
  state.now = absent;
  erp.behaviour = 'commit';
  const resent = await recover(operations, write, await current(), { resend: true });
  expect([resent.state, resent.secondLook]).toEqual(['applied', 'due']);
  commit(resent.reference);
  const late = await lookAgain(resent, on);
  expect([late.state, late.reason]).toEqual(['review', 'DUPLICATE_EFFECT']);
});

test('a lookup without an answer leaves the second look due', async () => {
  const { state, absent, on, current, erp } = await sent('lose');
  state.now = absent;
  const believed = await reconcile(await current(), on);
  erp.lookupFails = true;
  await expect(lookAgain(believed, on)).rejects.toThrow();
  expect((await current()).secondLook).toBe('due');
});
