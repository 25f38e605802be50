import { describe, expect, test } from 'vitest';
import { cameToRest, isAwaited } from '../../../../lib/core/callback/at-rest.ts';
import { deliver } from '../../../../lib/core/callback/deliver.ts';
import type { CallbackMessage } from '../../../../lib/core/callback/message.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import type { JournalEntry } from '../../../../lib/core/journal.ts';
import { evolve, type Operation } from '../../../../lib/core/operation/operation.ts';
import { draftOf } from '../operation/memory-operations.ts';

const now = Date.parse('2026-06-01T08:00:00Z');
const queued = draftOf('op1', now, { state: 'queued', queuedAt: now });
const applied = (change: object = {}) => evolve(queued, { state: 'applied', document: '4500000001', ...change }, now);

/** Delivers to an endpoint that answers so. */
async function delivering(operation: Operation | undefined, answer: () => number, attempt = 1) {
  const sent: CallbackMessage[] = [];
  const entries: JournalEntry[] = [];
  const delivered = await deliver({ operationId: 'op1', version: 2 }, attempt, {
    operations: { now: () => now, get: async () => operation },
    journal: { append: async (entry) => void entries.push(entry) },
    post: async (message) => {
      sent.push(message);
      return answer();
    },
  });
  return { delivered, sent, entries };
}

describe('what an agent is told', () => {
  test('is the operation as it may see it, under an id that names the version with which it came to rest', async () => {
    const { delivered, sent, entries } = await delivering(applied({ result: '{"ok":true}' }), () => 204);
    expect(delivered).toEqual({ outcome: 'delivered' });
    expect(sent[0]?.id).toBe('op1_2');
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      type: 'operation.settled',
      timestamp: '2026-06-01T08:00:00.000Z',
      data: {
        ...{ operationId: 'op1', state: 'applied', version: 2, document: '4500000001' },
        ...{ result: { ok: true }, location: '/v1/operations/op1' },
      },
    });
    expect(entries).toMatchObject([{ id: 'callback-op1', version: 2, type: 'callback.delivered', attempts: 1 }]);
  });

  test('leaves a large result where it is', async () => {
    const { sent } = await delivering(applied({ result: JSON.stringify('x'.repeat(40_000)) }), () => 200);
    expect(JSON.parse(sent[0]?.body ?? '').data).not.toHaveProperty('result');
    expect(sent[0]?.body.length).toBeLessThan(2_000);
  });

  test.each([
    ['is at work again', evolve(applied(), { state: 'queued' }, now)],
    ['is gone', undefined],
  ])('is nothing where the operation %s', async (_, operation) => {
    const { delivered, sent, entries } = await delivering(operation, () => 200);
    expect([delivered.outcome, sent, entries]).toEqual(['passed', [], []]);
  });
});

describe('an endpoint that does not take it', () => {
  test.each([
    ['HTTP 500', () => 500],
    ['HTTP 302', () => 302],
    [
      'SYSTEM_UNAVAILABLE',
      () => {
        throw new CountersignError('SYSTEM_UNAVAILABLE', 'It did not answer.');
      },
    ],
  ])('is tried again later, up to a day: %s', async (reason, answer) => {
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt++) {
      const { delivered, entries } = await delivering(applied(), answer, attempt);
      expect([delivered, entries]).toMatchObject([{ outcome: 'failed', reason }, []]);
      if (delivered.outcome === 'failed') pauses.push(delivered.again);
    }
    expect(pauses).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 39_600]);
    const { delivered, entries } = await delivering(applied(), answer, 8);
    expect(delivered).toEqual({ outcome: 'given up', reason });
    expect(entries).toMatchObject([{ type: 'callback.failed', reason, attempts: 8 }]);
  });

  test('is not tried again once it is gone', async () => {
    const { delivered, entries } = await delivering(applied(), () => 410);
    expect([delivered.outcome, entries[0]?.type]).toEqual(['given up', 'callback.failed']);
  });

  test('is not blamed for what is wrong with us', async () => {
    const broken = () => {
      throw new TypeError('ours');
    };
    await expect(delivering(applied(), broken)).rejects.toThrow('ours');
  });
});

describe('an operation came to rest', () => {
  test('with the version that moved it there, whatever is noted on it afterwards', () => {
    const dead = evolve(draftOf('op1', now), { state: 'dead' }, now + 1_000);
    const claimed = evolve(dead, { claim: { by: 'olga', until: now + 9_000 } }, now + 2_000);
    expect([cameToRest(dead), cameToRest(claimed)]).toEqual([2, 2]);
    expect(cameToRest({ ...claimed, events: claimed.events.slice(1) })).toBeUndefined();
  });

  test('not while something still happens to it', () => {
    for (const state of ['queued', 'attempted', 'unknown', 'awaiting_approval'] as const)
      expect(cameToRest(evolve(draftOf('op1', now), { state }, now))).toBeUndefined();
  });

  test('where its agent was told to ask again, and not where the call itself said so', () => {
    const attempted = draftOf('op1', now);
    const settled = (change: Parameters<typeof evolve>[1], at: number) => isAwaited(evolve(attempted, change, at));
    expect(settled({ state: 'applied' }, now + 2_000)).toBe(false);
    expect(settled({ state: 'not_applied' }, now + 2_000)).toBe(false);
    expect(settled({ state: 'applied' }, now + 21_000)).toBe(true);
    expect(settled({ state: 'review' }, now + 2_000)).toBe(true);
    expect(isAwaited(applied())).toBe(true);
  });
});
