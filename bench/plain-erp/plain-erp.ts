import { type BusinessSystem, toolEntry } from '../../lib/core/system.ts';
import { allocate, placeOrder, releaseAllocation, releaseReservation, reserve } from './contracts.ts';

const tools = [
  toolEntry(reserve, async () => ({ default: (await import('./tools.ts')).reserving })),
  toolEntry(allocate, async () => ({ default: (await import('./tools.ts')).allocating })),
  toolEntry(placeOrder, async () => ({ default: (await import('./tools.ts')).ordering })),
  toolEntry(releaseReservation, async () => ({ default: (await import('./tools.ts')).releasingReservation })),
  toolEntry(releaseAllocation, async () => ({ default: (await import('./tools.ts')).releasingAllocation })),
];

/** The ERP of the bench: keeps its documents in memory, answers at once, and refuses orders. */
export const plainErp = (): BusinessSystem<(typeof tools)[number]> => ({
  ...{ kind: 'plain_erp', isaLevel: 4, origins: 'simulator', settings: {}, organisation: { default: {} }, tools },
  simulator: 'bench/plain-erp/server.ts',
  load: async () => (await import('./connector.ts')).connector,
});
