/** A request as faults and counts see it: the ERP's own name of what it addresses, and whether it modifies anything. */
export interface Call {
  readonly method: string;
  readonly entity: string;
  readonly modifying: boolean;
  /** Faults hit it only when they name its entity: a token endpoint is another machine than the system. */
  readonly apart?: boolean;
}

/** A request that a fault is holding open. */
export interface HeldCall {
  readonly fault: string;
  readonly method: string;
  readonly entity: string;
}

/** Counts requests by method and entity since the process started, and knows which ones are held. */
export interface Traffic {
  count(call: Call): void;
  counts(): { method: string; entity: string; count: number }[];
  /** Notes a held request; the function returned ends the note. */
  hold(fault: string, call: Call): () => void;
  held(): HeldCall[];
}

/** Starts with nothing counted and nothing held. */
export const createTraffic = (): Traffic => {
  const counts = new Map<string, { method: string; entity: string; count: number }>();
  const held = new Set<HeldCall>();
  return {
    count: ({ method, entity }) => {
      const key = `${method} ${entity}`;
      const known = counts.get(key) ?? { method, entity, count: 0 };
      counts.set(key, { ...known, count: known.count + 1 });
    },
    counts: () => [...counts.values()],
    hold: (fault, { method, entity }) => {
      const note = { fault, method, entity };
      held.add(note);
      return () => void held.delete(note);
    },
    held: () => [...held],
  };
};
