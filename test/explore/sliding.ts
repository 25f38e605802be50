/** The most of these moments (ms) that lie within any one second. */
export function mostInOneSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let from = 0;
  let most = 0;
  for (const [to, moment] of sorted.entries()) {
    while ((sorted[from] ?? moment) <= moment - 1_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
