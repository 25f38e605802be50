import { expect, test } from 'vitest';
import { CountersignError } from '../../../../lib/core/errors.ts';
import type { Meter } from '../../../../lib/core/resilience/meter.ts';
import { meteredLedger } from '../../../../lib/core/resilience/metered-ledger.ts';
import { memoryLedger } from '../memory-ledger.ts';
import { openMeter } from './memory-meter.ts';

/** A ledger behind a meter that lets everything pass, and what was reported to it. */
function metered(change: Partial<Meter> = {}) {
  const reports: string[] = [];
  const { ledger, state } = memoryLedger();
  const open = openMeter();
  const meter: Meter = {
    ...open,
    enter: async ({ write }) => ({
      ...(await open.enter({ write })),
      done: ({ health }) => void reports.push(`${write ? 'write' : 'read'} ${health}`),
    }),
    ...change,
  };
  return { ledger: meteredLedger(ledger, meter), reports, state };
}

test('every trip passes the meter, and tells it whether the ledger answered', async () => {
  const { ledger, reports, state } = metered();
  await ledger.put({ id: 'a', version: 1 });
  await ledger.get('a');
  state.losing = 1;
  await expect(ledger.put({ id: 'a', version: 2 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(reports).toEqual(['write good', 'read good', 'write bad']);
});

test('what was refused a permit says nothing about the ledger', async () => {
  const { ledger, reports } = metered();
  const permit = () => Promise.reject(new CountersignError('OPERATION_NOT_SENT', 'too late'));
  await expect(ledger.put({ id: 'a', version: 1 }, { permit })).rejects.toMatchObject({ code: 'OPERATION_NOT_SENT' });
  expect(reports).toEqual(['write none']);
});

test('books of a system that is paused are not written', async () => {
  const { ledger } = metered({
    enter: () => Promise.reject(new CountersignError('SYSTEM_PAUSED', 'stock count')),
  });
  await expect(ledger.put({ id: 'a', version: 1 })).rejects.toMatchObject({ code: 'SYSTEM_PAUSED', applied: 'no' });
});
