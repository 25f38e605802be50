import { CountersignError } from '../errors.ts';
import type { Refused } from './admission.ts';
import type { MeterChange, MeterState, MeterStore } from './meter-state.ts';

const mostTries = 12;

/** What a decision by a state came to: the state after its change, or why there is none. */
export type Committed<D> = { readonly state: MeterState; readonly decision: D } | Refused;

/** Writes what is decided by the latest state; who loses decides again. Throws `SYSTEM_BUSY` where it keeps losing. */
export type Commit = <D extends { readonly change: MeterChange }>(
  decide: (state: MeterState) => D | Refused,
) => Promise<Committed<D>>;

/** Commits to a store, by what this process last saw of it: in the usual case one trip. */
export function committing({
  store,
  sleep,
  random,
}: {
  readonly store: MeterStore;
  sleep(ms: number): Promise<void>;
  random(): number;
}): Commit {
  let known: MeterState | undefined;
  /** Answers overtake one another: the number of slots handed out tells which is the later one. */
  const seen = (state: MeterState): MeterState => {
    if (!known || state.gate + state.calls >= known.gate + known.calls) known = state;
    return state;
  };
  const read = async (): Promise<MeterState> => seen(await store.read());
  return async (decide) => {
    // The first state is read, and with it the store's time: what a wrong clock wrote would hold up everybody.
    let isFresh = known === undefined;
    let state = known ?? (await read());
    for (let tries = 0; tries < mostTries; tries++) {
      const decision = decide(state);
      if ('change' in decision) {
        const { won, state: after } = await store.change(decision.change);
        seen(after);
        if (won) return { state: after, decision };
        state = after;
        if (tries > 0) await sleep(random() * 2 ** Math.min(tries, 6));
      } else {
        if (isFresh) return decision;
        state = await read();
      }
      isFresh = true;
    }
    throw new CountersignError('SYSTEM_BUSY', 'Too many ask for this system at once.', { retryAfter: 1 });
  };
}
