import type { Approval, Approvals } from '../../../../lib/core/approval/approval.ts';

/** A round as `ask` opens it. */
export const roundOf = (overrides: Partial<Approval>): Approval => ({
  id: 'o1.1',
  operationId: 'o1',
  round: 1,
  system: 'erp',
  tool: 'erp_create_purchase_order',
  agent: 'buyer',
  digest: 'd'.repeat(64),
  status: 'pending',
  version: 1,
  need: 1,
  of: ['anna', 'ben'],
  decisions: [],
  why: 'above the limit',
  shown: '{}',
  createdAt: 0,
  expiresAt: 1e15,
  links: {},
  mailed: [],
  ...overrides,
});

/** Approvals in memory, with the conditional writes of the table. */
export function memoryApprovals(...rounds: Approval[]) {
  const items = new Map(rounds.map((round) => [round.id, round]));
  const approvals: Approvals = {
    async open(draft) {
      const existing = items.get(draft.id);
      if (existing) return { won: false, approval: existing };
      items.set(draft.id, draft);
      return { won: true, approval: draft };
    },
    async change(seen, change) {
      const existing = items.get(seen.id);
      if (!existing) throw new Error(`no approval ${seen.id}`);
      if (existing.version !== seen.version) return { won: false, approval: existing };
      const next = { ...seen, ...change, version: seen.version + 1 };
      items.set(seen.id, next);
      return { won: true, approval: next };
    },
    get: async (id) => items.get(id),
    pending: async () => [...items.values()].filter(({ status }) => status === 'pending'),
  };
  return { approvals, items };
}
