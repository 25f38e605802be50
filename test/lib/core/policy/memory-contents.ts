import type { Contents, Holder } from '../../../../lib/core/policy/possible-duplicate.ts';

/** Contents in memory. */
export function memoryContents(): Contents {
  const holders = new Map<string, Holder>();
  return {
    async take({ system, content }, by, { since, instead }) {
      const key = `${system} ${content}`;
      const holder = holders.get(key);
      if (holder && holder.at >= since && ![by.operationId, instead].includes(holder.operationId)) return holder;
      holders.set(key, by);
      return undefined;
    },
  };
}
