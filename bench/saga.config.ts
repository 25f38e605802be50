import { defineConfig } from '../lib/core/config.ts';
import { failingSaga } from './failing-saga.ts';
import { plainErp } from './plain-erp/plain-erp.ts';

/** One system, one saga, one agent. */
export default defineConfig(() => ({
  timeZone: 'Europe/Berlin',
  systems: { erp: plainErp() },
  sagas: [failingSaga],
  agents: {
    'saga-agent': { role: 'role/saga-agent', grants: {}, sagas: { failing_saga: { level: 'auto' } } },
  },
  operators: { operator: { role: 'role/operator' } },
}));
