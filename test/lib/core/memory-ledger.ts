import { setImmediate } from 'node:timers/promises';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Ledger, LedgerRecord } from '../../../lib/core/ledger.ts';

/** A ledger in memory. Each of its trips takes a turn of the event loop: others come in between. `failing`: trips that do nothing; `losing`: writes whose answer is lost. */
export function memoryLedger() {
  const records = new Map<string, LedgerRecord>();
  const state = { failing: 0, losing: 0 };
  const trip = async () => {
    await setImmediate();
    if (state.failing-- > 0) throw new Error('ledger down');
  };
  const ledger: Ledger = {
    async get(id) {
      await trip();
      return structuredClone(records.get(id));
    },
    async put(record, { permit } = {}) {
      await trip();
      await permit?.();
      if ((records.get(record.id)?.version ?? 0) !== record.version - 1) return false;
      records.set(record.id, structuredClone(record));
      if (state.losing-- > 0) throw new CountersignError('STORE_UNAVAILABLE', 'no answer', { applied: 'unknown' });
      return true;
    },
  };
  return { ledger, records, state };
}
