import type { Operation } from '../../lib/core/operation/operation.ts';

/** One question answers no more, as on the real index. */
const most = 500;

/** The indexes `byLane` and `byUnsettled` of the operations table. */
export function operationIndex() {
  const known = new Map<string, Operation>();
  const lanes = new Map<string, Map<string, number>>();
  const unsettled = new Map<string, Map<string, Operation>>();

  const remove = (id: string): void => {
    const before = known.get(id);
    if (!before) return;
    known.delete(id);
    if (before.lane !== undefined) lanes.get(before.lane)?.delete(id);
    if (before.unsettled !== undefined) unsettled.get(before.unsettled)?.delete(id);
  };
  const put = (operation: Operation): void => {
    const { id, lane, unsettled: partition, queuedAt = 0 } = operation;
    if ((known.get(id)?.version ?? 0) > operation.version) return;
    remove(id);
    known.set(id, operation);
    if (lane !== undefined) partOf(lanes, lane).set(id, queuedAt);
    if (partition !== undefined) partOf(unsettled, partition).set(id, operation);
  };
  return {
    put,
    remove,
    firstOf: (lane: string): string | undefined => {
      const [first] = [...(lanes.get(lane) ?? [])].sort(([, a], [, b]) => a - b);
      return first?.[0];
    },
    before: (partition: string, moment: number, only: 'queued' | 'others'): string[] => {
      const entries = [...(unsettled.get(partition)?.values() ?? [])].filter(({ updatedAt }) => updatedAt < moment);
      const asked = entries.filter(({ state }) => (state === 'queued') === (only === 'queued'));
      const oldest = asked.sort((a, b) => a.updatedAt - b.updatedAt).slice(0, most);
      return oldest.map(({ id }) => id);
    },
  };
}

function partOf<T>(parts: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const part = parts.get(name) ?? new Map<string, T>();
  parts.set(name, part);
  return part;
}
