import { gateOf } from './admission.ts';
import { afterBad, afterGood, afterNone } from './breaker.ts';
import type { Commit } from './commit.ts';
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

interface Reporting {
  readonly rules: BreakerRules;
  now(): number;
  random(): number;
  onLost(error: unknown): void;
}

/** Reports that one write takes along. */
const mostAtOnce = 50;

/** Writes reports, one write at a time: what comes in meanwhile goes together. `settled` waits for all of them; neither throws. */
export function reporting(commit: Commit, on: Reporting) {
  const waiting: Report[] = [];
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostAtOnce);
      try {
        await commit((state) => ({ change: reported(state, batch, on) }));
      } catch (error) {
        on.onLost(error);
      }
    }
    writing = undefined;
  };
  return {
    report(what: Report): void {
      waiting.push(what);
      writing ??= write();
    },
    settled: async (): Promise<void> => writing,
  };
}

/** The change that reports make: places are given back, and where the gate changes, that too. */
function reported(state: MeterState, reports: readonly Report[], { rules, now, random }: Reporting): MeterChange {
  const at = { now: now(), random: random(), calls: state.calls };
  const { breaker, waitUntil = 0 } = state;
  const after = reports.reduce(
    (seen, { ids: [id = ''], health }) => outcomes[health](seen, { ...at, id }, rules),
    breaker,
  );
  const silent = Math.max(waitUntil, ...reports.map((report) => report.waitUntil ?? 0));
  const waits = silent > waitUntil && silent > at.now;
  const gate = { ...gateOf(state), breaker: after, ...(waits && { waitUntil: silent }) };
  const free = reports.flatMap(({ ids }) => ids);
  return { seen: state.gate, free, ...((after !== breaker || waits) && { gate }) };
}

const outcomes = { good: afterGood, bad: afterBad, none: afterNone };
