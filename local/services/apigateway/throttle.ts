/** A token bucket of `burst` calls that refills at `rate` a second. Answers whether one more call may pass; `now` in ms. */
export const throttle = (
  limits: { readonly rate: number; readonly burst: number },
  now: () => number,
): (() => boolean) => {
  let tokens = limits.burst;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(limits.burst, tokens + ((at - filledAt) / 1000) * limits.rate);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
