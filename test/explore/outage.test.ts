import { expect, test, vi } from 'vitest';
import { outage } from './outage.ts';
import { mostInOneSecond } from './sliding.ts';

// What the product logs about the faults; its logger reads this as it is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const hour = 3_600_000;
const limits = { perSecond: 5, concurrent: 8 };
/** A create is sent and read back; a change is read before it, too. */
const requestsFor = { create: 2, change: 3 };

test('a system that is down for four hours costs nobody anything: 22,800 writes are accepted at once, carried out once, in order and at its pace', async () => {
  const down = { lasts: 4 * hour, operations: 22_800, perSecond: 1.6, documents: 200, readEvery: 3_000 };
  const after = await outage({ ...down, limits, seed: 20_260_601 });
  const { system, intents, operationOf, reads, backAt, drainedAt } = after;

  expect(after.defects).toEqual([]);
  expect(intents.filter(({ answered: [first] }) => first?.status !== 202)).toEqual([]);
  expect(intents.filter((intent) => operationOf(intent)?.state !== 'applied')).toEqual([]);
  expect(after.queue.size()).toBe(0);

  const effects = new Set(system.ledger.map(({ reference }) => reference));
  expect([system.ledger.length, effects.size]).toEqual([down.operations, down.operations]);
  expect(intents.filter((intent) => !effects.has(operationOf(intent)?.reference ?? ''))).toEqual([]);
  const told = [...after.stores.journal.values()].filter(({ type }) => type === 'operation.applied');
  expect(new Set(told.map(({ reference }) => reference))).toEqual(effects);

  expect(disordered(after)).toEqual([]);
  expect(mostInOneSecond(system.arrivals.map(({ at }) => at))).toBeLessThanOrEqual(limits.perSecond);
  const sends = new Map<string, number>();
  for (const { reference, method } of system.arrivals)
    if (method !== 'GET' && reference) sends.set(reference, (sends.get(reference) ?? 0) + 1);
  expect(Math.max(...sends.values())).toBeLessThanOrEqual(5);

  const probes = system.connections.filter(({ from }) => from > backAt - down.lasts + 120_000 && from < backAt);
  expect(probes.length).toBeGreaterThan(100);
  expect(probes.filter(({ from }, n) => (probes[n - 1]?.until ?? 0) > from)).toEqual([]);

  const firstSent = system.arrivals.find(({ at, method }) => at >= backAt && method !== 'GET')?.at ?? 0;
  const live = reads.filter(({ at }) => at >= firstSent && at <= drainedAt);
  expect(live.filter(({ status }) => status !== 200)).toEqual([]);
  expect(live.filter(({ took }) => took > 1_500)).toEqual([]);
  const changes = system.ledger.filter(({ kind }) => kind === 'change').length;
  const needed = requestsFor.create * (down.operations - changes) + requestsFor.change * changes + live.length;
  expect(firstSent - backAt).toBeLessThanOrEqual(130_000);
  expect((drainedAt - backAt) / ((needed / limits.perSecond) * 1_000)).toBeLessThanOrEqual(1.1);
}, 180_000);

/** Effects on a document that came earlier than that of an operation which joined the backlog before. */
function disordered({ system, intents, operationOf }: Awaited<ReturnType<typeof outage>>) {
  const operations = intents.map((intent) => operationOf(intent));
  const queuedAt = new Map(operations.map((operation) => [operation?.reference, operation?.queuedAt]));
  const latest = new Map<string, number>();
  return system.ledger.filter(({ document, reference }) => {
    const joined = queuedAt.get(reference);
    if (joined === undefined) return false;
    const isEarly = joined < (latest.get(document) ?? 0);
    latest.set(document, Math.max(joined, latest.get(document) ?? 0));
    return isEarly;
  });
}
