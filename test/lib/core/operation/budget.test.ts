import { afterEach, expect, test, vi } from 'vitest';
import { CountersignError } from '../../../../lib/core/errors.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation, sendBudget } from '../../../../lib/core/operation/operation.ts';
import { recover } from '../../../../lib/core/operation/recover.ts';
import type { Found, Write } from '../../../../lib/core/operation/write.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';

afterEach(() => vi.restoreAllMocks());

/** A system that uses up all the time that it is given, and then leaves the effect open. */
function slowSystem(patience: number) {
  const { operations, state } = memoryOperations();
  const given: number[] = [];
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    given.push(ms);
    return new AbortController().signal;
  });
  const useUp = () => {
    state.now += given.at(-1) ?? 0;
  };
  const sent: number[] = [];
  const lost = () => new CountersignError('SYSTEM_UNAVAILABLE', 'hangs', { applied: 'unknown' });
  const write = (needsBefore: boolean): Write => ({
    needsBefore,
    maxServerTime: 600_000,
    lookupLag: 5_000,
    patience,
    canLookUp: true,
    groupOf: () => undefined,
    before: async () => {
      useUp();
      return { image: '{}' };
    },
    send: async (_, { permit }) => {
      await permit();
      sent.push(given.at(-1) ?? 0);
      useUp();
      throw lost();
    },
    find: async (): Promise<Found> => {
      useUp();
      return { state: 'absent' };
    },
  });
  return { operations, state, write, sent };
}

const kinds = [
  ['create', { state: 'attempted', attempts: 1 }],
  ['update', { state: 'accepted', attempts: 0 }],
] as const;
const patiences = [1_000, 15_000, 60_000];

test.each(
  kinds.flatMap((kind) => patiences.map((patience) => [...kind, patience] as const)),
)('a first %s (%j) ends within the budget of a call, whatever the system does: patience %i', async (kind, start, patience) => {
  const { operations, state, write, sent } = slowSystem(patience);
  const from = state.now;
  const { operation } = await operations.open(draftOf('o1', from, start));
  const { sendBy } = await settle(operations, await attempt(operations, write(kind === 'update'), operation));
  expect(state.now - from).toBeLessThanOrEqual(sendBudget);
  expect(sendBy).toBeLessThanOrEqual(from + sendBudget);
  expect(sent[0]).toBeGreaterThanOrEqual(Math.min(patience, 5_000));
});

test.each(
  kinds.flatMap((kind) => patiences.map((patience) => [...kind, patience] as const)),
)('a retry of a %s (%j) that looks up and sends again does so as well: patience %i', async (kind, start, patience) => {
  const { operations, state, write, sent } = slowSystem(patience);
  const bound = write(kind === 'update');
  const { operation } = await operations.open(draftOf('o1', state.now, start));
  const { sendBy } = await settle(operations, await attempt(operations, bound, operation));
  state.now = absentAfter(sendBy, { maxServerTime: 600_000, lookupLag: 5_000 });
  const from = state.now;
  const retried = await recover(operations, bound, (await operations.get('o1')) as Operation, { resend: true });
  expect([retried.state, retried.attempts, sent.length]).toEqual(['unknown', 2, 2]);
  expect(state.now - from).toBeLessThanOrEqual(sendBudget);
  expect(retried.sendBy).toBeLessThanOrEqual(from + sendBudget);
});

test('a retry that has already used up time for its record has that much less', async () => {
  const { operations, state, write } = slowSystem(15_000);
  const { operation } = await operations.open(
    draftOf('o1', state.now, { state: 'not_applied', reopenable: true, result: '{}', attempts: 1 }),
  );
  const from = state.now;
  await recover(operations, write(false), operation, { resend: true, budget: 12_000 });
  expect(state.now - from).toBeLessThanOrEqual(12_000);
});
