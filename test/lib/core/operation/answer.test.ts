import { expect, test } from 'vitest';
import { answerOf, viewOf } from '../../../../lib/core/operation/answer.ts';
import { draftOf } from './memory-operations.ts';

const now = Date.parse('2026-06-01T08:00:00Z');
const answered = (overrides: Parameters<typeof draftOf>[2], replayed = true) =>
  answerOf(draftOf('o1', now, overrides), { now, replayed });

test('an applied operation answers its stored string, byte for byte', () => {
  const result = '{"b":1,"a":"10.00"}';
  const first = answered({ state: 'applied', result, resultStatus: 200 }, false);
  const replay = answered({ state: 'applied', result, resultStatus: 200 });
  expect([first.status, first.body, first.headers['idempotent-replayed']]).toEqual([200, result, undefined]);
  expect([replay.status, replay.body, replay.headers['idempotent-replayed']]).toEqual([200, result, 'true']);
});

test('a running attempt answers 409 until it can no longer be sent, then 202', () => {
  const running = answered({ state: 'attempted', sendBy: now + 7_500 });
  expect([running.status, running.headers['retry-after'], JSON.parse(running.body).code]).toEqual([
    409,
    '8',
    'OPERATION_IN_PROGRESS',
  ]);
  expect(answered({ state: 'attempted', sendBy: now }).status).toBe(202);
});

test.each(['unknown', 'review', 'dead'] as const)('%s answers 202 with the place to ask', (state) => {
  const { status, headers, body } = answered({ state });
  expect([status, headers['location'], headers['retry-after'], JSON.parse(body).state]).toEqual([
    202,
    '/v1/operations/o1',
    '5',
    state,
  ]);
});

test('a final refusal is a replayed problem; one that leaves the key open is not called a replay', () => {
  const result = '{"code":"SUPPLIER_BLOCKED"}';
  const final = answered({ state: 'not_applied', result, resultStatus: 422 });
  expect([final.status, final.body, final.headers['content-type'], final.headers['idempotent-replayed']]).toEqual([
    422,
    result,
    'application/problem+json',
    'true',
  ]);
  const open = answered({ state: 'not_applied', result, resultStatus: 503, reopenable: true });
  expect([open.status, open.headers['idempotent-replayed'], open.headers['retry-after']]).toEqual([
    503,
    undefined,
    '5',
  ]);
});

test('a view shows the result or the problem as JSON, and never the arguments', () => {
  expect(viewOf(draftOf('o1', now, { state: 'applied', result: '{"a":1}' }))).toMatchObject({
    state: 'applied',
    result: { a: 1 },
  });
  expect(viewOf(draftOf('o1', now, { state: 'not_applied', result: '{"code":"X"}' }))).toMatchObject({
    problem: { code: 'X' },
  });
  expect(viewOf(draftOf('o1', now, { input: '{"secret":1}' }))).not.toHaveProperty('input');
});

test('what is given up tells the last problem as a problem, and that it had no effect', () => {
  const { status, body } = answered({
    state: 'dead',
    reason: 'ATTEMPTS_SPENT',
    result: '{"code":"X"}',
    resultStatus: 503,
  });
  expect([status, JSON.parse(body)]).toMatchObject([202, { state: 'dead', problem: { code: 'X' } }]);
  expect(JSON.parse(body)).not.toHaveProperty('result');
  expect(JSON.parse(body).nextAction).toContain('no effect');
});

test('the header says the same time to wait as the stored problem', () => {
  const result = '{"code":"SYSTEM_THROTTLED","retryAfter":37}';
  const { headers } = answered({ state: 'not_applied', result, resultStatus: 503, reopenable: true });
  expect(headers['retry-after']).toBe('37');
});
