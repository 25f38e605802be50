import { randomUUID } from 'node:crypto';
import { evolve, type Operation, type Operations } from '../../../../lib/core/operation/operation.ts';

/** Operations in memory, with a clock that tests move. `failing` makes the next calls fail as a lost connection would. */
export function memoryOperations(now = Date.parse('2026-06-01T08:00:00Z')) {
  const items = new Map<string, Operation>();
  const state = { now, failing: 0, beforeChange: undefined as (() => Promise<unknown>) | undefined };
  const trip = async () => {
    if (state.failing-- > 0) throw new Error('store down');
  };
  const operations: Operations = {
    now: () => state.now,
    async open(draft) {
      await trip();
      const existing = items.get(draft.id);
      if (existing) return { won: existing.writtenBy === draft.writtenBy, operation: existing };
      items.set(draft.id, draft);
      return { won: true, operation: draft };
    },
    async change(seen, change) {
      const interlude = state.beforeChange;
      state.beforeChange = undefined;
      await interlude?.();
      await trip();
      const existing = items.get(seen.id);
      if (!existing) throw new Error(`no operation ${seen.id}`);
      if (existing.version !== seen.version) return { won: false, operation: existing };
      const next = { ...evolve(seen, change, state.now), writtenBy: randomUUID() };
      items.set(seen.id, next);
      return { won: true, operation: next };
    },
    get: async (id) => items.get(id),
  };
  /** Id of the operation that has been in a lane for the longest time. */
  const firstOf = async (lane: string): Promise<string | undefined> =>
    [...items.values()].filter((each) => each.lane === lane).sort((a, b) => (a.queuedAt ?? 0) - (b.queuedAt ?? 0))[0]
      ?.id;
  return { operations, state, items, firstOf };
}

/** An operation as the pipeline drafts it. */
export const draftOf = (id: string, now: number, overrides: Partial<Operation> = {}): Operation => ({
  id,
  principal: '111122223333/buyer',
  agent: 'buyer',
  tool: 'erp_create_purchase_order',
  system: 'erp',
  digest: 'd'.repeat(64),
  input: '{}',
  organisation: {},
  state: 'attempted',
  version: 1,
  attempts: 1,
  sendBy: now + 20_000,
  reference: 'TABCDEFGHJKM',
  validation: '',
  writtenBy: randomUUID(),
  createdAt: now,
  updatedAt: now,
  day: '2026-06-01',
  events: [],
  ...overrides,
});
