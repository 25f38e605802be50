import { type Noted, sumUpTo, type Totals } from '../../../../lib/core/policy/totals.ts';

/** Sums in memory, kept as the table keeps them. */
export function memoryTotals() {
  const logs = new Map<string, Noted[]>();
  const append = (towards: Record<'system' | 'agent' | 'counterparty', string>, noted: Noted): Noted[] => {
    const key = JSON.stringify([towards.system, towards.agent, towards.counterparty]);
    const log = [...(logs.get(key) ?? []), noted];
    logs.set(key, log);
    return log;
  };
  const totals: Totals = {
    async add({ operationId, value, now, ...towards }) {
      return sumUpTo(operationId, append(towards, { operationId, value, at: now }), now);
    },
    async forget({ operationId, now, ...towards }) {
      append(towards, { operationId, value: '0', at: now, gone: true });
    },
  };
  return { totals, logs };
}
