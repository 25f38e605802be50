import { expect, test } from 'vitest';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation } from '../../../../lib/core/operation/operation.ts';
import { recover } from '../../../../lib/core/operation/recover.ts';
import type { Write } from '../../../../lib/core/operation/write.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';
import { type Behaviour, modelErp } from './model-erp.ts';

const start = async (behaviour: Behaviour = 'commit', overrides: Partial<Write> = {}) => {
  const { operations, state } = memoryOperations();
  const model = modelErp();
  model.erp.behaviour = behaviour;
  const write = { ...model.write, ...overrides };
  const { operation } = await operations.open(draftOf('o1', state.now));
  const first = await settle(operations, await attempt(operations, write, operation));
  const absent = absentAfter(operation.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 });
  const again = async (resend = true) =>
    recover(operations, write, (await operations.get('o1')) as Operation, { resend });
  return { operations, state, first, again, absent, ...model, write };
};

test('a commit whose answer is lost is found in the same call', async () => {
  const { first, erp } = await start('commit-then-reset');
  expect([first.state, first.document, erp.sends, erp.ledger.length]).toEqual(['applied', '451', 1, 1]);
});

test('what is unknown stays unknown while the system may still be working on it', async () => {
  const { first, again, state, absent, erp } = await start('lose');
  expect(first.state).toBe('unknown');
  state.now = absent - 1;
  expect((await again()).state).toBe('unknown');
  expect(erp.sends).toBe(1);
});

test('an absence that counts lets one retry send again', async () => {
  const { again, state, absent, erp } = await start('lose');
  erp.behaviour = 'commit';
  state.now = absent;
  const all = await Promise.all(Array.from({ length: 20 }, () => again()));
  expect(all.filter(({ state }) => state === 'applied').length).toBeGreaterThanOrEqual(1);
  expect([erp.sends, erp.ledger.length]).toEqual([2, 1]);
});

test('who only asks never sends: a proven absence is not applied, and the key opens it again', async () => {
  const { again, state, absent, erp } = await start('lose');
  erp.behaviour = 'commit';
  state.now = absent;
  const asked = await again(false);
  expect([asked.state, asked.reopenable, asked.reason, erp.sends]).toEqual(['not_applied', true, 'NOT_APPLIED', 1]);
  expect((await again()).state).toBe('applied');
  expect(erp.ledger).toHaveLength(1);
});

test('an absence is as old as its question', async () => {
  const { again, state, absent, erp, write } = await start('lose');
  erp.behaviour = 'commit';
  state.now = absent - 1_000;
  const find = write.find;
  write.find = async (operation, signal) => {
    const found = await find(operation, signal);
    state.now = absent + 60_000;
    return found;
  };
  expect((await again()).state).toBe('unknown');
  expect(erp.sends).toBe(1);
});

test('a commit that comes after an early absence is found and not doubled', async () => {
  const { again, state, absent, erp, commit, first } = await start('lose');
  state.now += 60_000;
  expect((await again()).state).toBe('unknown');
  commit(first.reference);
  erp.behaviour = 'commit';
  state.now = absent;
  expect((await again()).state).toBe('applied');
  expect([erp.sends, erp.ledger.length]).toEqual([1, 1]);
});

test('a lookup without an answer proves nothing, however late', async () => {
  const { again, state, absent, erp } = await start('lose');
  erp.lookupFails = true;
  state.now = absent * 2;
  const operation = await again();
  expect([operation.state, operation.reason, erp.sends]).toEqual(['unknown', 'LOOKUP_FAILED', 1]);
});

test('a system that promises no longest time goes to review', async () => {
  const { again, state, absent, erp } = await start('lose', { maxServerTime: undefined });
  state.now = absent * 2;
  const operation = await again();
  expect([operation.state, operation.reason, erp.sends]).toEqual(['review', 'ABSENCE_UNPROVABLE', 1]);
});

test('a tool without lookup goes to review', async () => {
  const { again, state, absent, erp } = await start('lose', { canLookUp: false });
  state.now = absent;
  const operation = await again();
  expect([operation.state, operation.reason, erp.sends]).toEqual(['review', 'NO_LOOKUP', 1]);
});

test('after five sends it is dead', async () => {
  const { again, state, erp } = await start('lose');
  for (let n = 0; n < 8; n++) {
    state.now += 1_000_000;
    await again();
  }
  expect(erp.sends).toBe(5);
  expect((await again()).state).toBe('dead');
});

test('a dispatch repeated inside one attempt is counted', async () => {
  const { first, erp } = await start('resend-once');
  expect([first.state, first.attempts, erp.sends]).toEqual(['applied', 2, 2]);
});

test('a repetition that cannot be counted is not sent, and surely had no effect', async () => {
  const { operations, state } = memoryOperations();
  const { erp, write } = modelErp();
  erp.behaviour = 'resend-once';
  const { operation } = await operations.open(draftOf('o1', state.now));
  state.failing = 1;
  const settled = await settle(operations, await attempt(operations, write, operation));
  expect([settled.state, settled.reason, settled.attempts, erp.sends]).toEqual(['queued', 'OPERATION_NOT_SENT', 1, 1]);
});

test('a refusal is final, what an unavailable system refused is queued', async () => {
  const refused = await start('refuse');
  expect([refused.first.state, refused.first.reopenable, refused.first.resultStatus]).toEqual([
    'not_applied',
    undefined,
    422,
  ]);
  refused.erp.behaviour = 'commit';
  expect((await refused.again()).state).toBe('not_applied');
  expect(refused.erp.ledger).toHaveLength(0);
  const closed = await start('unavailable');
  expect([closed.first.state, closed.first.attempts, closed.first.lane]).toEqual(['queued', 1, 'erp o1']);
  closed.erp.behaviour = 'commit';
  expect((await closed.again()).state).toBe('queued');
  expect([closed.erp.sends, closed.erp.ledger.length]).toEqual([1, 0]);
});

test('only a final operation gets a time to live', async () => {
  const applied = await start('commit');
  expect(applied.first.expiration).toBe(Math.floor(applied.state.now / 1000) + 400 * 24 * 3600);
  for (const behaviour of ['lose', 'unavailable'] as const)
    expect((await start(behaviour)).first.expiration).toBeUndefined();
});

test('proof that comes over another settlement is a review', async () => {
  const { operations, again, state, absent, first, erp } = await start('lose');
  erp.behaviour = 'commit';
  state.now = absent;
  await again();
  const late = await settle(operations, {
    operation: first,
    outcome: { state: 'applied', document: '999', result: '{}' },
  });
  expect([late.state, late.reason, late.document]).toEqual(['review', 'DUPLICATE_EFFECT', '451']);
});

test('proof that comes over "not applied" is a review of a late effect', async () => {
  const { operations, first, again, state, absent } = await start('lose');
  state.now = absent;
  await again(false);
  const late = await settle(operations, {
    operation: first,
    outcome: { state: 'applied', document: '451', result: '{}' },
  });
  expect([late.state, late.reason, late.document]).toEqual(['review', 'LATE_EFFECT', '451']);
});

test('an operation whose time to be sent is over is not sent', async () => {
  const { operations, state } = memoryOperations();
  const { erp, write } = modelErp();
  const { operation } = await operations.open(draftOf('o1', state.now));
  state.now += 20_000;
  const settled = await settle(operations, await attempt(operations, write, operation));
  expect([settled.state, settled.reason, settled.reopenable, erp.sends]).toEqual([
    'queued',
    'OPERATION_NOT_SENT',
    undefined,
    0,
  ]);
});

test('an absence that was found out before the send was put off says nothing about that send', async () => {
  const { operations, state } = memoryOperations();
  const { erp, write, commit } = modelErp();
  // A host whose clock is an hour behind has written this, and puts it right before it sends.
  const { operation } = await operations.open(draftOf('o1', state.now - 3_600_000));
  const find: Write['find'] = async (asked, signal) => {
    const found = await write.find(asked, signal);
    await operations.change(operation, { sendBy: state.now + 20_000 });
    commit(operation.reference);
    return found;
  };
  const asked = await recover(operations, { ...write, find }, operation, { resend: false });
  expect([asked.state, asked.version, erp.ledger.length]).toEqual(['attempted', 2, 1]);
});

test('an interrupted attempt is looked up only after its time to be sent is over', async () => {
  const { operations, state } = memoryOperations();
  const { erp, write, commit } = modelErp();
  const { operation } = await operations.open(draftOf('o1', state.now));
  commit(operation.reference);
  expect((await recover(operations, write, operation, { resend: true })).state).toBe('attempted');
  expect(erp.lookups).toBe(0);
  state.now += 20_000;
  expect((await recover(operations, write, operation, { resend: true })).state).toBe('applied');
  expect(erp.sends).toBe(0);
});

test('every transition leaves its event on the item', async () => {
  const { operations } = await start('lose').then(async (started) => {
    started.erp.behaviour = 'commit';
    started.state.now = started.absent;
    await started.again();
    return started;
  });
  const operation = await operations.get('o1');
  expect(operation?.events.map((event) => [event.version, event.state, event.attempts])).toEqual([
    [2, 'unknown', 1],
    [3, 'attempted', 2],
    [4, 'applied', 2],
  ]);
});

test.each([
  20_000, 19_999, 19_998, 7_001,
])('an update with %i ms left is carried out: half of it is a whole number of ms', async (left) => {
  const { operations, state } = memoryOperations();
  const { erp, write } = modelErp();
  const draft = draftOf('o1', state.now, { state: 'accepted', attempts: 0, sendBy: state.now + left });
  const { operation } = await operations.open(draft);
  const settled = await settle(operations, await attempt(operations, { ...write, needsBefore: true }, operation));
  expect([settled.state, erp.sends]).toEqual(['applied', 1]);
});
