import { expect, test } from 'vitest';
import { entryOf } from '../../../../lib/core/journal.ts';
import { discard, redrive } from '../../../../lib/core/operation/dead.ts';
import { type Evidence, noEvidence } from '../../../../lib/core/operation/evidence.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { again } from '../../../../lib/core/operation/recover.ts';
import { checkAge } from '../../../../lib/core/operation/replay.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';
import { modelErp } from './model-erp.ts';

const said = { by: 'olga', why: 'The supplier is open again.' };

/** An operation that was sent five times and refused each time. */
async function dead(overrides: Partial<Operation> = {}) {
  const { operations, state } = memoryOperations();
  const { erp, write, commit } = modelErp();
  const spent = { attempts: 5, state: 'queued', queuedAt: 1, reason: 'SYSTEM_UNAVAILABLE', group: 'g' } as const;
  const { operation } = await operations.open(draftOf('o1', state.now, { ...spent, ...overrides }));
  const operation2 = await again(operations, write, operation);
  const current = async () => (await operations.get('o1')) as Operation;
  return { operations, state, erp, write, commit, operation: operation2, current };
}

test('what is dead says why, since when, how often it was sent and what the last error was', async () => {
  const { operation, state } = await dead();
  expect(operation).toMatchObject({
    ...{ state: 'dead', reason: 'ATTEMPTS_SPENT', lastError: 'SYSTEM_UNAVAILABLE', attempts: 5 },
    ...{ since: state.now, unsettled: 'erp dead', lane: undefined },
  });
});

test('redriven it joins the backlog at its end, with its attempts before it, and is sent again', async () => {
  const { operations, write, erp, operation, state } = await dead();
  const queued = await redrive(operations, operation, said);
  expect(queued).toMatchObject({
    ...{ state: 'queued', attempts: 0, queuedAt: state.now, lane: 'erp g', redriven: { times: 1, at: state.now } },
    ...{ unsettled: 'erp', since: state.now },
  });
  expect(await again(operations, write, queued)).toMatchObject({ state: 'applied', attempts: 1 });
  expect(erp.sends).toBe(1);
});

test('pressed twice, or ten times at once, it is redriven once', async () => {
  const { operations, operation, current } = await dead();
  const all = await Promise.all(Array.from({ length: 10 }, () => redrive(operations, operation, said)));
  await redrive(operations, await current(), said);
  expect(new Set(all.map(({ version }) => version)).size).toBe(1);
  expect(await current()).toMatchObject({ redriven: { times: 1 }, version: operation.version + 1 });
});

test('who redrove it and why stands in the journal, and only with that change', async () => {
  const { operations, write, operation } = await dead();
  const queued = await redrive(operations, operation, said);
  const event = queued.events.at(-1);
  expect(event && entryOf(queued, event)).toMatchObject({ type: 'operation.queued', did: 'redriven', ...said });
  const applied = await again(operations, write, queued);
  expect(applied.events.at(-1)).not.toHaveProperty('act');
});

test('what took effect after all is found before it is sent again', async () => {
  const { operations, write, erp, commit, operation } = await dead();
  const queued = await redrive(operations, operation, said);
  commit(operation.reference);
  expect(await again(operations, write, queued)).toMatchObject({ state: 'applied', document: '451', attempts: 0 });
  expect(erp.sends).toBe(0);
});

test('a redriven operation is not sent while nobody can be asked for its effect', async () => {
  const { operations, write, erp, operation } = await dead();
  const queued = await redrive(operations, operation, said);
  erp.lookupFails = true;
  expect(await again(operations, write, queued)).toEqual(queued);
  expect(erp.sends).toBe(0);
});

test('what people approved waits with its approval, which is looked at again', async () => {
  const approval = { need: 1, of: ['anna'], why: 'x', within: 1, round: 1 };
  const { operations, operation } = await dead({ approval });
  expect(await redrive(operations, operation, said)).toMatchObject({ state: 'awaiting_approval', approval });
});

test('the age of what was redriven counts from then', async () => {
  const { operations, operation, state } = await dead();
  const day = 24 * 3_600_000;
  expect(() => checkAge(operation, state.now + day + 1)).toThrow();
  state.now += 3 * day;
  const queued = await redrive(operations, operation, said);
  expect(() => checkAge(queued, state.now + day)).not.toThrow();
});

test('what is not dead cannot be redriven', async () => {
  const { operations, state } = memoryOperations();
  for (const each of ['applied', 'not_applied', 'review', 'unknown'] as const) {
    const { operation } = await operations.open(draftOf(each, state.now, { state: each }));
    await expect(redrive(operations, operation, said)).rejects.toMatchObject({ code: 'STALE_STATE' });
  }
});

const shows = (finding: Evidence['finding'], documents: Evidence['documents'] = []): Evidence => ({
  ...{ asked: 1, finding, reason: finding.toUpperCase(), documents },
});

test('discarded it is final, and tells the agent so', async () => {
  const { operations, operation } = await dead();
  const given = await discard(operations, operation, { evidence: shows('absent'), said });
  expect(given).toMatchObject({ state: 'not_applied', reason: 'GIVEN_UP', resultStatus: 409, unsettled: undefined });
  expect(given.reopenable).toBeUndefined();
  expect(given.expiration).toBeGreaterThan(0);
  expect(JSON.parse(given.result ?? '')).toMatchObject({ code: 'GIVEN_UP', applied: 'no', retryable: false });
});

test('what the last look finds is never discarded, but put to a person', async () => {
  const { operations, operation } = await dead();
  const found = { document: '4500000007', exists: true, isNamed: true, agrees: true };
  const late = await discard(operations, operation, { evidence: shows('found', [found]), said });
  expect(late).toMatchObject({ state: 'review', reason: 'LATE_EFFECT', document: '4500000007' });
});

test('without proof nothing is discarded', async () => {
  const { operations, operation, current } = await dead();
  for (const evidence of [shows('unclear'), noEvidence(1, 'LOOKUP_FAILED')])
    await expect(discard(operations, operation, { evidence, said })).rejects.toMatchObject({
      code: 'EVIDENCE_MISSING',
    });
  expect(await current()).toEqual(operation);
});

test('of redriving and discarding at the same time one wins', async () => {
  const { operations, operation, current } = await dead();
  const both = [
    redrive(operations, operation, said),
    discard(operations, operation, { evidence: shows('absent'), said }),
  ];
  const [first, second] = await Promise.allSettled(both);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
  expect(await current()).toMatchObject({ state: 'queued' });
});
