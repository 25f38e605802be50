import type { Limits } from '../../../../lib/core/resilience/limits.ts';
import { createMeter } from '../../../../lib/core/resilience/meter.ts';
import type { MeterOptions } from '../../../../lib/core/resilience/slots.ts';
import { memoryMeterStore } from './memory-meter.ts';
import { virtualTime } from './virtual-time.ts';

/** Processes that share one meter on a virtual clock. `trip`: what a way to the store takes, in ms. */
export function sharedMeter(limits: Limits, { trip = (): number => 2, random = (): number => 0.5 } = {}) {
  const time = virtualTime();
  const { store, item } = memoryMeterStore(() => time.sleep(trip()));
  const lost: unknown[] = [];
  let ids = 0;
  /** `ahead`: how far its clock is from the others', in ms. */
  const process = ({ ahead = 0, ...more }: Partial<MeterOptions> & { readonly ahead?: number } = {}) =>
    createMeter({
      ...{ store, limits, random, sleep: time.sleep, now: () => time.now + ahead },
      newId: () => `slot-${ids++}`,
      onLost: (error) => void lost.push(error),
      ...more,
    });
  return { time, item, store, lost, process };
}

/** The most moments that lie within one second of one another. */
export function busiestSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  const counts = sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1_000).length);
  return Math.max(0, ...counts);
}
