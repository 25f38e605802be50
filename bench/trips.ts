/** One call that reached a table; `from` and `to` in ms of one clock. */
export interface Trip {
  readonly table: string;
  readonly action: string;
  readonly from: number;
  readonly to: number;
}

/** How many of the trips had to wait for one another: the longest chain in which each begins after the one before has ended. */
export function sequentialTrips(trips: readonly Trip[]): number {
  let chain = 0;
  let freeAt = Number.NEGATIVE_INFINITY;
  for (const { from, to } of trips.toSorted((a, b) => a.to - b.to)) {
    if (from < freeAt) continue;
    chain++;
    freeAt = to;
  }
  return chain;
}
