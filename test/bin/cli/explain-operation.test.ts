import { describe, expect, it } from 'vitest';
import type { AdminOperation } from '../../../bin/cli/admin-operation.ts';
import { explain } from '../../../bin/cli/explain-operation.ts';
import { adminView, entry } from './shapes.ts';

const start = Date.parse('2026-01-15T09:30:00.000Z');
const later = start + 3600_000;

type Step = readonly [state: string, facts?: Record<string, unknown>];

/** An operation that went through these states, a second each, all of them journaled. */
const told = (steps: readonly Step[], changes: Record<string, unknown> = {}, now = later) => {
  const journal = steps.map(([state, facts], n) =>
    entry({ version: n + 1, at: start + n * 1000, type: `operation.${state}`, ...facts }),
  );
  const [state, facts = {}] = steps.at(-1) ?? ['accepted'];
  const operation = adminView({
    state,
    document: undefined,
    result: undefined,
    version: steps.length,
    ...facts,
    ...changes,
  });
  return explain(operation as AdminOperation, { journal, now });
};
const sentences = (happened: readonly string[]) => happened.map((line) => line.replace(/^\S+ {2}/, ''));

it('tells a create that worked at once', () => {
  const { happened, known, unknown, next } = told([['attempted'], ['applied', { document: '4500000301' }]]);
  expect(happened).toEqual([
    '2026-01-15T09:30:00.000Z  buyer-agent asked for erp_create_purchase_order. Attempt 1 was recorded before anything was sent.',
    '2026-01-15T09:30:01.000Z  The system carried it out: document 4500000301.',
  ]);
  expect(known).toContain('The document is 4500000301.');
  expect(known).toContain('It took effect, once.');
  expect(unknown).toEqual([]);
  expect(next).toEqual(['Nothing: it is done.']);
});

it('tells a call that had to wait for its system', () => {
  const { happened, unknown } = told([
    ['attempted'],
    ['queued', { reason: 'SYSTEM_UNAVAILABLE' }],
    ['queued', { reason: 'SYSTEM_UNAVAILABLE' }],
  ]);
  expect(sentences(happened).slice(1)).toEqual([
    'It was put into the backlog of its system: the system cannot be reached (SYSTEM_UNAVAILABLE).',
    'It got another turn in the backlog.',
  ]);
  expect(unknown).toEqual(['When its system takes it: npx countersign systems status shows what keeps it.']);
  const carriedOut = told([['attempted'], ['queued', { reason: 'BEHIND_OTHERS' }], ['attempted'], ['applied']]);
  expect(sentences(carriedOut.happened)[2]).toBe('Its turn came: attempt 1 was recorded and sent.');
});

it('tells a clock that was put right from another send', () => {
  const { happened } = told([['attempted'], ['attempted'], ['attempted', { attempts: 2 }]]);
  expect(sentences(happened).slice(1)).toEqual([
    'The time until which it may be sent was put right by the clock of the store.',
    'Sent once more within the same call: attempt 2.',
  ]);
});

it('tells who did what about it, and why', () => {
  const act = { by: 'olga', why: 'Repaired.' };
  const { happened } = told([
    ['attempted'],
    ['dead', { reason: 'ATTEMPTS_SPENT' }],
    ['queued', { did: 'redriven', ...act }],
    ['review', { reason: 'LATE_EFFECT' }],
    ['review', { did: 'claimed', by: 'olga' }],
  ]);
  expect(sentences(happened).slice(2)).toEqual([
    'Operator olga: redriven, because "Repaired.". It became queued.',
    expect.stringContaining('put to a person'),
    'Operator olga: claimed.',
  ]);
});

it('tells a lost answer that a lookup found again', () => {
  const { happened } = told([
    ['attempted'],
    ['unknown', { reason: 'SYSTEM_UNAVAILABLE' }],
    ['unknown', { reason: 'ABSENT_TOO_EARLY' }],
    ['applied', { document: '4500000301' }],
  ]);
  expect(sentences(happened).slice(1)).toEqual([
    'It became unknown whether it took effect: the system cannot be reached (SYSTEM_UNAVAILABLE).',
    'It was looked up again and stayed unknown: the system does not show it, but may still be working on it (ABSENT_TOO_EARLY).',
    'It was looked up in the system and found: document 4500000301.',
  ]);
});

it('tells an update: read first, sent once more in the same call, opened again by a retry', () => {
  const { happened } = told([
    ['accepted', { attempts: 0 }],
    ['attempted'],
    ['attempted', { attempts: 2 }],
    ['not_applied', { reason: 'DOCUMENT_LOCKED', attempts: 2 }],
    ['accepted', { attempts: 2 }],
    ['attempted', { attempts: 3 }],
    ['applied', { attempts: 3, document: '45' }],
  ]);
  expect(sentences(happened)).toEqual([
    'buyer-agent asked for erp_create_purchase_order. That was recorded; nothing had been sent yet.',
    'The document was read as it was; then attempt 1 was recorded and sent.',
    'Sent once more within the same call: attempt 2.',
    'It had no effect: a user is working on this record in the system (DOCUMENT_LOCKED).',
    'The same call came again: the document is read as it is before anything is sent.',
    'The document was read as it was; then attempt 3 was recorded and sent.',
    'The system carried it out: document 45.',
  ]);
});

it('tells a change that was there already', () => {
  const { happened, known } = told([
    ['accepted', { attempts: 0 }],
    ['applied', { attempts: 0, reason: 'ALREADY_APPLIED', document: '45' }],
  ]);
  expect(happened[1]).toContain('Nothing was sent: the document was already as it was asked for');
  expect(known).toContain('Nothing was ever sent to the system.');
});

it('names the differences between what was asked and what the system made of it', () => {
  const result = { deviations: [{ path: 'lines.0.deliveryDate', requested: '2099-03-15', actual: '2099-03-16' }] };
  const { known } = told([['attempted'], ['applied', { document: '45' }]], { result });
  expect(known).toContain('The system has 2099-03-16 in lines.0.deliveryDate, not 2099-03-15 as asked.');
});

describe('what is not known, and what to do', () => {
  it('a call that still runs is left alone', () => {
    const { unknown, next } = told([['attempted']], {}, start + 1000);
    expect(unknown).toEqual(['How it ends: it may be sent until 2026-01-15T09:30:20.000Z.']);
    expect(next).toEqual(['Wait: the call is running. Then ask again.']);
  });

  it('a call whose process died is looked up', () => {
    const { unknown, next } = told([['attempted']]);
    expect(unknown).toEqual(['Whether the system carried it out: no answer was recorded.']);
    expect(next[0]).toBe('Look it up: npx countersign operations reconcile op-1');
  });

  it('an unknown outcome is looked up, and never sent with another key', () => {
    const { next } = told([['attempted'], ['unknown', { reason: 'OUTCOME_UNKNOWN' }]]);
    expect(next.join(' ')).toContain('reconcile op-1');
    expect(next.join(' ')).toContain('Do not let the agent send the intent with another key');
  });

  it('a refusal that may pass is sent again with the same key, another is corrected', () => {
    const problem = (retryable: boolean) => ({ problem: { retryable, nextAction: 'Choose another supplier.' } });
    const steps: Step[] = [['attempted'], ['not_applied', { reason: 'SUPPLIER_BLOCKED' }]];
    expect(told(steps, problem(false)).next).toEqual(['Choose another supplier.']);
    expect(told(steps, problem(true)).next[0]).toContain('same call with the same key');
  });

  it.each([
    ['review', 'review show op-1'],
    ['dead', 'dead redrive op-1'],
  ])('%s: there is a command for it', (state, command) => {
    const { unknown, next } = told([['attempted'], [state, { reason: 'DUPLICATE_EFFECT' }]]);
    expect(unknown).toHaveLength(1);
    expect(next[0]).toContain(`npx countersign ${command}`);
  });

  it('an absence that was proven is told as one', () => {
    const { happened } = told([
      ['attempted'],
      ['unknown', { reason: 'SYSTEM_UNAVAILABLE' }],
      ['not_applied', { reason: 'NOT_APPLIED' }],
    ]);
    expect(happened[2]).toContain('was not there: it had no effect.');
  });
});

it('takes what is not journaled yet from the operation itself, and says what is missing', () => {
  const events = [{ version: 3, at: start + 2000, state: 'unknown', attempts: 1, reason: 'LOOKUP_FAILED' }];
  const operation = adminView({ version: 4, events, updatedAt: '2026-01-15T09:30:03.000Z' });
  const { happened, unknown } = explain(operation as AdminOperation, { journal: [entry()], now: later });
  expect(happened).toHaveLength(3);
  expect(happened[2]).toContain('looked up in the system and found');
  expect(unknown).toEqual(['What happened in version 2: the journal does not have it, or not yet.']);
});

it('tells states and reasons that it has no words for by their names', () => {
  const { happened } = told([['attempted'], ['parked', { reason: 'BREAKER_OPEN' }]]);
  expect(happened[1]).toContain('It became parked: BREAKER_OPEN.');
});

it('shows no control characters', () => {
  const { happened } = told([['attempted'], ['applied', { document: '45\u001b[2J\u202e\n' }]]);
  expect(happened[1]).toMatch(/document 45\s*\.$/);
});
