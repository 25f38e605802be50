import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';

/** One alarm for everything that is due: set anew after each change, it rings at the earliest time. */
export interface Alarm {
  /** Sets it to the earliest time that is due now. */
  set(): void;
  stop(): void;
}

/** An alarm that asks `earliest` (epoch ms) when to ring. */
export const openAlarm = (clock: LocalClock, earliest: () => number | undefined, ring: () => void): Alarm => {
  let set: { readonly due: number; stop(): void } | undefined;
  const stop = () => {
    set?.stop();
    set = undefined;
  };
  return {
    set() {
      const due = earliest();
      if (set?.due === due) return;
      stop();
      if (due === undefined) return;
      const stopTimer = atTime(clock, due, () => {
        set = undefined;
        ring();
      });
      set = { due, stop: stopTimer };
    },
    stop,
  };
};
