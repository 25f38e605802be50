import type { Freeze } from './admission.ts';
import type { Limits } from './limits.ts';
import type { MeterState } from './meter-state.ts';

/** A meter as operators see it; moments are ISO instants. */
export interface MeterStatus {
  readonly limits: { readonly perSecond: number; readonly concurrent: number };
  readonly breaker: MeterState['breaker']['state'];
  /** Since when the breaker is so; absent before anything failed. */
  readonly since?: string;
  /** When it is tried again, or given up on the one who tries. */
  readonly until?: string;
  /** In a row. */
  readonly failures?: number;
  /** The system asked for silence until then. */
  readonly silentUntil?: string;
  readonly paused?: { readonly by: string; readonly reason: string; readonly since: string; readonly reads: boolean };
  readonly frozen?: { readonly reason: string; readonly until: string };
  /** Requests that may be speaking to the system. */
  readonly inUse: number;
  /** How long the next one waits for its slot, in ms. */
  readonly waitMs: number;
}

/** What an operator is told about a meter. */
export function statusOf(
  { breaker, pause, waitUntil = 0, nextAt, held }: MeterState,
  { limits, now, frozen }: { readonly limits: Limits; readonly now: number; readonly frozen: Freeze | undefined },
): MeterStatus {
  const { perSecond, concurrent } = limits;
  return {
    limits: { perSecond, concurrent },
    breaker: breaker.state,
    ...(breaker.since > 0 && { since: instant(breaker.since) }),
    ...(breaker.state === 'closed' ? { failures: breaker.failures } : { until: instant(breaker.until) }),
    ...(waitUntil > now && { silentUntil: instant(waitUntil) }),
    ...(pause && { paused: { by: pause.by, reason: pause.reason, since: instant(pause.at), reads: pause.all } }),
    ...(frozen && { frozen: { reason: frozen.reason, until: instant(frozen.until) } }),
    inUse: Object.values(held).filter((until) => until > now).length,
    waitMs: Math.max(0, Math.ceil(nextAt - now)),
  };
}

const instant = (at: number): string => new Date(at).toISOString();
