/** What a series of measurements comes to; same unit as the samples. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The smallest sample that 95 of 100 do not exceed (nearest rank). */
  readonly p95: number;
}

/** The summary of at least one sample. Throws `RangeError` when there is none. */
export function summaryOf(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('there is nothing to sum up');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[Math.min(Math.max(index, 0), sorted.length - 1)] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    count: sorted.length,
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
    p95: at(Math.ceil(sorted.length * 0.95) - 1),
  };
}

/**
 * How many times `base` the samples are: the median of the ratios of what was measured next to each other, so that a
 * machine that grows slower meanwhile does not count. Both series come from the same interleaved rounds.
 */
export function ratioOf(samples: readonly number[], base: readonly number[]): number {
  if (samples.length !== base.length) throw new RangeError('the series come from different rounds');
  return summaryOf(samples.map((sample, round) => sample / (base[round] ?? Number.NaN))).median;
}
