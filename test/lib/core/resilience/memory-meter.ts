import { setTimeout } from 'node:timers/promises';
import { createMeter, type Meter } from '../../../../lib/core/resilience/meter.ts';
import {
  afterChange,
  type MeterChange,
  type MeterState,
  type MeterStore,
  unusedMeter,
} from '../../../../lib/core/resilience/meter-state.ts';

/** A meter's item in memory. `trip` is what a call costs; it may fail, too. */
export function memoryMeterStore(trip: () => Promise<void> = async () => {}) {
  const item = {
    state: unusedMeter as MeterState,
    /** Told of every change that holds, with the state before it. */
    watch: (_before: MeterState, _change: MeterChange): void => {},
  };
  const store: MeterStore = {
    read: async () => {
      await trip();
      const { state } = item;
      await trip();
      return state;
    },
    change: async (change) => {
      await trip();
      const after = afterChange(item.state, change);
      if (after) item.watch(item.state, change);
      const state = after ?? item.state;
      item.state = state;
      await trip();
      return { won: after !== undefined, state };
    },
  };
  return { item, store };
}

/** A meter that lets everything pass, for tests of something else. */
export const openMeter = (): Meter =>
  createMeter({
    store: memoryMeterStore().store,
    limits: { perSecond: 10_000, concurrent: 500 },
    now: () => performance.now(),
    sleep: (ms) => setTimeout(ms),
    random: Math.random,
    newId: () => crypto.randomUUID(),
    onLost: (error) => {
      throw error;
    },
  });
