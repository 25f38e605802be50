/** How to measure in turns. */
export interface InterleaveOptions {
  readonly rounds: number;
  readonly signal: AbortSignal;
  /** Called before each round, counted from 1. */
  readonly progress: (round: number) => void;
}

/** Measures every variant once in each round, A B A B …, so that what disturbs one disturbs all. Answers each variant's results, in order. */
export async function interleave<Result>(
  variants: readonly (() => Promise<Result>)[],
  { rounds, signal, progress }: InterleaveOptions,
): Promise<Result[][]> {
  const results: Result[][] = variants.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    progress(round);
    for (const [n, variant] of variants.entries()) {
      signal.throwIfAborted();
      results[n]?.push(await variant());
    }
  }
  return results;
}
