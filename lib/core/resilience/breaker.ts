import type { BreakerRules } from './limits.ts';
import type { Breaker } from './meter-state.ts';

/** What it opens for at first, in ms, at most; doubled each time. */
const firstOpen = 5_000;
const shortestOpen = 1_000;
/** Who stays closed for this long has recovered, in ms. */
const calm = 300_000;

/** An answer that says something about the system. */
export interface Verdict {
  /** Slot of the request. */
  readonly id: string;
  readonly now: number;
  /** Slots handed out so far. */
  readonly calls: number;
  /** 0 to 1. */
  readonly random: number;
}

/** The breaker after a good answer; the same object where nothing changes. Only the probe closes it: other answers are older than its opening. */
export function afterGood(breaker: Breaker, { id, now, calls }: Pick<Verdict, 'id' | 'now' | 'calls'>): Breaker {
  if (breaker.state === 'closed') return breaker.failures === 0 ? breaker : { ...breaker, failures: 0 };
  if (breaker.state === 'open' || breaker.probe !== id) return breaker;
  const window = { from: now, calls, failures: 0 };
  return { state: 'closed', since: now, failures: 0, openings: breaker.openings, window };
}

/** The breaker after a failure or a slow answer; the same object where nothing changes. */
export function afterBad(breaker: Breaker, verdict: Verdict, rules: BreakerRules): Breaker {
  if (breaker.state === 'open') return breaker;
  if (breaker.state === 'half-open') return breaker.probe === verdict.id ? opened(breaker, verdict, rules) : breaker;
  const { now, calls } = verdict;
  const isOver = now - breaker.window.from > rules.windowMs;
  const begun = isOver ? { from: now, calls: calls - 1, failures: 0 } : breaker.window;
  const window = { ...begun, failures: begun.failures + 1 };
  const failures = breaker.failures + 1;
  const counted = calls - window.calls;
  const isBad = counted >= rules.atLeast && window.failures / counted >= rules.share;
  if (failures < rules.failures && !isBad) return { ...breaker, failures, window };
  return opened({ since: now, openings: now - breaker.since > calm ? 0 : breaker.openings }, verdict, rules);
}

/** The breaker after a probe that was never sent: the next one may go at once. */
export const afterNone = (breaker: Breaker, { id, now }: Pick<Verdict, 'id' | 'now'>): Breaker =>
  breaker.state === 'half-open' && breaker.probe === id
    ? { state: 'open', since: breaker.since, until: now, openings: breaker.openings }
    : breaker;

/** Full jitter: processes and systems must not come back in step. */
function opened(
  { since, openings }: Pick<Breaker, 'since' | 'openings'>,
  { now, random }: Verdict,
  { longestMs }: BreakerRules,
): Breaker {
  const most = Math.min(longestMs, firstOpen * 2 ** Math.min(openings, 20));
  const until = now + Math.max(shortestOpen, Math.round(random * most));
  return { state: 'open', since, until, openings: openings + 1 };
}
