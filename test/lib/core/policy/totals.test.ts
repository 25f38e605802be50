import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Noted, shortened, sumUpTo } from '../../../../lib/core/policy/totals.ts';
import { memoryTotals } from './memory-totals.ts';

const hour = 3_600_000;
const towards = { agent: 'buyer', system: 'erp', counterparty: 'supplier 1' };

test('what an agent commits towards one party adds up, exactly; other agents, systems and parties do not', async () => {
  const { totals } = memoryTotals();
  const add = (operationId: string, value: string, more = {}) =>
    totals.add({ ...towards, operationId, value, now: 0, ...more });
  expect(await add('a', '0.1')).toBe('0.1');
  expect(await add('b', '0.2')).toBe('0.3');
  expect(await add('c', '1', { agent: 'other' })).toBe('1');
  expect(await add('d', '2', { system: 'crm' })).toBe('2');
  expect(await add('e', '3', { counterparty: 'supplier 2' })).toBe('3');
});

test('a retry counts once and meets the sum that it met at first', async () => {
  const { totals } = memoryTotals();
  const add = (operationId: string, now: number) => totals.add({ ...towards, operationId, value: '24000', now });
  expect([await add('a', 0), await add('b', 1), await add('a', 2), await add('b', 3)]).toEqual([
    ...['24000', '48000', '24000', '48000'],
  ]);
});

test('after 24 hours it counts no longer; a retry by then counts anew', async () => {
  const { totals } = memoryTotals();
  const add = (operationId: string, now: number) => totals.add({ ...towards, operationId, value: '10', now });
  await add('a', 0);
  expect([await add('b', 24 * hour - 1), await add('c', 24 * hour)]).toEqual(['20', '20']);
  expect(await add('a', 24 * hour + 1)).toBe('30');
});

test('what ended without effect counts no longer', async () => {
  const { totals } = memoryTotals();
  await totals.add({ ...towards, operationId: 'a', value: '10', now: 0 });
  await totals.forget({ ...towards, operationId: 'a', now: 1 });
  expect(await totals.add({ ...towards, operationId: 'b', value: '5', now: 2 })).toBe('5');
});

test('the same key with a smaller amount makes nothing smaller: one of the two may have been carried out', async () => {
  const { totals } = memoryTotals();
  await totals.add({ ...towards, operationId: 'a', value: '24000', now: 0 });
  await totals.add({ ...towards, operationId: 'a', value: '1', now: 1 });
  expect(await totals.add({ ...towards, operationId: 'b', value: '2000', now: 2 })).toBe('26000');
});

const calls = fc.array(
  fc.record({
    operation: fc.integer({ min: 0, max: 6 }),
    after: fc.integer({ min: 0, max: 5 * hour }),
    /** How far the caller's clock is off. */
    off: fc.integer({ min: -hour / 6, max: hour / 6 }),
  }),
  { maxLength: 60 },
);

test.each([
  false,
  true,
])('of two operations within a day at least one sees the other, whatever the clocks (log shortened: %s)', (shorten) => {
  fc.assert(
    fc.property(calls, (made) => {
      let log: Noted[] = [];
      let now = 0;
      const last = new Map<string, { at: number; sum: number }>();
      const value = (operation: number) => 10 ** operation;
      for (const { operation, after, off } of made) {
        now += after;
        const operationId = String(operation);
        log = [...log, { operationId, value: String(value(operation)), at: now + off }];
        last.set(operationId, { at: now, sum: Number(sumUpTo(operationId, log, now + off)) });
        if (shorten) log = shortened(log, now + off);
      }
      const sees = (one: string, other: string) =>
        Math.floor((last.get(one)?.sum ?? 0) / value(Number(other))) % 10 === 1;
      for (const [one, a] of last)
        for (const [other, b] of last)
          if (Math.abs(a.at - b.at) < 23 * hour)
            expect(sees(one, other) || sees(other, one), `${one} and ${other}`).toBe(true);
    }),
  );
});
