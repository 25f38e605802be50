import type { Operations } from '../../../../lib/core/operation/operation.ts';
import { isAtRest, type Pots, type PotsOf, type Underway } from '../../../../lib/core/policy/claims.ts';

/** Pots in memory; `interlude` runs once, between what somebody read and what they keep. */
export function memoryPots(operations: Pick<Operations, 'get'>) {
  const kept = new Map<string, Underway>();
  const state = { interlude: undefined as (() => Promise<unknown>) | undefined };
  const keyOf = ({ system, of }: PotsOf) => `${system} ${of}`;
  const read = (of: PotsOf): Underway => kept.get(keyOf(of)) ?? { version: 0, claims: {} };
  const pots: Pots = {
    read: async (of) => read(of),
    async keep(of, seen, claims) {
      const interlude = state.interlude;
      state.interlude = undefined;
      await interlude?.();
      if (read(of).version !== seen.version) return false;
      kept.set(keyOf(of), { version: seen.version + 1, claims });
      return true;
    },
    async giveBack(of, { id, version }) {
      const { version: before, claims } = read(of);
      const { [id]: mine, ...others } = claims;
      if (mine && mine.version <= version) kept.set(keyOf(of), { version: before + 1, claims: others });
    },
    async isAtRest(id) {
      const operation = await operations.get(id);
      return operation === undefined || isAtRest(operation);
    },
  };
  return { pots, state, underway: (of: PotsOf) => Object.keys(read(of).claims) };
}
