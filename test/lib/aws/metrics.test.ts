import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { readMetrics } from './metrics.ts';

const metrics = readMetrics();
const { measured } = await import('../../../lib/aws/metrics.ts');
beforeEach(() => vi.mocked(console.log).mockClear());
afterAll(() => vi.restoreAllMocks());

const answer = (status: number, body: object) => async () => ({ status, headers: {}, body: JSON.stringify(body) });
const of = { tool: 'erp_get_stock', system: 'erp' };

test('a call is counted by tool and status', async () => {
  await measured(of, answer(200, {}));
  expect(metrics()).toMatchObject([
    {
      ...{ namespace: 'Countersign', tool: 'erp_get_stock', status: '200' },
      Latency: expect.any(Number),
      by: ['service', 'tool', 'status'],
    },
  ]);
});

test('that a system cannot be signed in to is counted by system, as its alarm reads it', async () => {
  await measured(of, answer(502, { code: 'AUTH_FAILED' }));
  expect(metrics()[1]).toEqual({
    ...{ namespace: 'Countersign', service: 'countersign-test', system: 'erp' },
    ...{ SignInFailed: 1, by: ['service', 'system'] },
  });
});

test('no other answer raises that alarm', async () => {
  await measured(of, answer(502, { code: 'SYSTEM_ANSWER_INVALID' }));
  await measured(of, answer(503, { code: 'SYSTEM_UNAVAILABLE' }));
  expect(JSON.stringify(metrics())).not.toContain('SignInFailed');
});
