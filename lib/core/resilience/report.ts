import { gateOf } from './admission.ts';
import { afterBad, afterGood, afterNone, type Verdict } from './breaker.ts';
import type { BreakerRules } from './limits.ts';
import type { MeterChange, MeterState } from './meter-state.ts';

/** What a request came to, as far as the system's health is concerned; `none` says nothing about it. */
export interface Report {
  /** Slots that are no longer used; the first is the request's. */
  readonly ids: readonly string[];
  readonly health: 'good' | 'bad' | 'none';
  /** The system asked for silence until then, in ms. */
  readonly waitUntil?: number | undefined;
}

/** The change that a report makes: places are given back, and where the gate changes, that too. */
export function reported(
  state: MeterState,
  { ids, health, waitUntil = 0 }: Report,
  { rules, ...at }: Pick<Verdict, 'now' | 'random'> & { readonly rules: BreakerRules },
): MeterChange {
  const verdict = { ...at, id: ids[0] ?? '', calls: state.calls };
  const { breaker } = state;
  const after = { good: afterGood, bad: afterBad, none: afterNone }[health](breaker, verdict, rules);
  const waits = waitUntil > Math.max(at.now, state.waitUntil ?? 0);
  const changes = after !== breaker || waits;
  const gate = { ...gateOf(state), breaker: after, ...(waits && { waitUntil }) };
  return { seen: state.gate, free: ids, ...(changes && { gate }) };
}
