import { CountersignError } from '../errors.ts';
import { gateOf } from './admission.ts';
import type { MeterState, MeterStore } from './meter-state.ts';

const mostTries = 12;

/**
 * Pauses a system, or lets it go on where there is nothing to be: what it is becomes true for all processes at once.
 * Throws `STORE_UNAVAILABLE`, and `SYSTEM_BUSY` where others change the same all the time.
 */
export async function setPause(store: MeterStore, pause: MeterState['pause']): Promise<MeterState> {
  let state = await store.read();
  for (let tries = 0; tries < mostTries; tries++) {
    const { pause: _, ...gate } = gateOf(state);
    const written = await store.change({ seen: state.gate, gate: { ...gate, ...(pause && { pause }) }, free: [] });
    if (written.won) return written.state;
    state = written.state;
  }
  throw new CountersignError('SYSTEM_BUSY', 'The state of the system kept changing.', { retryAfter: 1 });
}
