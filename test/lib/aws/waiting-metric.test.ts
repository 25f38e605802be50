import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { indexed } from '../../../lib/core/operation/operation.ts';
import { type MeterState, unusedMeter } from '../../../lib/core/resilience/meter-state.ts';
import { draftOf } from '../core/operation/memory-operations.ts';
import { readMetrics } from './metrics.ts';
import { openRecordTables } from './record-tables.ts';

const metrics = readMetrics();
const { tellWaiting } = await import('../../../lib/aws/waiting-metric.ts');
let tables: Awaited<ReturnType<typeof openRecordTables>>;
beforeAll(async () => {
  tables = await openRecordTables();
});
afterAll(async () => {
  await tables.close();
  vi.restoreAllMocks();
});

const now = Date.now();
const tell = async (breaker: MeterState['breaker']) => {
  const meter = { ...unusedMeter, breaker };
  const store = { read: async () => meter, change: async () => ({ won: false, state: meter }) };
  await tellWaiting('erp', { client: tables.client, table: 'operations', meter: store, now });
  return metrics().at(-1);
};

test('what waits for a system, what is open otherwise and whether it is down are told as alarms read them', async () => {
  expect(await tell(unusedMeter.breaker)).toMatchObject({
    Queued: 0,
    QueuedFor: 0,
    Unsettled: 0,
    UnsettledFor: 0,
    BreakerOpen: 0,
  });
  const open = (id: string, minutes: number, more: object) =>
    tables.operations.open(indexed(draftOf(id, now - minutes * 60_000, more)));
  await open('waits', 90, { state: 'queued', queuedAt: now });
  await open('waits too', 30, { state: 'queued', queuedAt: now });
  await open('nobody knows', 10, { state: 'unknown' });
  await open('elsewhere', 500, { state: 'unknown', system: 'mes' });
  await open('done', 500, { state: 'applied' });
  expect(await tell({ state: 'open', since: now, until: now, openings: 1 })).toEqual({
    ...{ namespace: 'Countersign', service: 'countersign-test', system: 'erp', by: ['service', 'system'] },
    ...{ Queued: 2, QueuedFor: 5_400, Unsettled: 1, UnsettledFor: 600, BreakerOpen: 1 },
  });
});
