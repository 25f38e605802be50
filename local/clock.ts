/** The time of the local AWS in epoch milliseconds: the host's, plus what tests and people have advanced it by. */
export interface LocalClock {
  now(): number;
  /** Moves time forward by `ms`; schedules and retries that became due run at once. */
  advance(ms: number): void;
  /** Calls `listener` after each advance. Answers the way to stop that. */
  onAdvance(listener: () => void): () => void;
}

/** A clock that starts `offset` ms ahead of the host and tells `save` each new offset, so that time never runs backwards over a restart. */
export const localClock = (options: {
  readonly host?: () => number;
  readonly offset?: number;
  readonly save?: (offset: number) => void;
}): LocalClock => {
  const host = options.host ?? Date.now;
  let offset = options.offset ?? 0;
  const listeners = new Set<() => void>();
  return {
    now: () => host() + offset,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError('The clock only moves forward: give milliseconds of 0 or more.');
      offset += ms;
      options.save?.(offset);
      for (const listener of [...listeners]) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
