import type { LocalClock } from './clock.ts';

/** Timers of Node.js wait no longer than this many ms. */
const longestTimerMs = 2_147_483_647;

/** Calls `run` once, later, when the local clock has reached `due` (epoch ms). Answers the way to stop that. */
export const atTime = (clock: LocalClock, due: number, run: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(timer);
    unsubscribe();
  };
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(ring, Math.max(0, Math.min(due - clock.now(), longestTimerMs)));
  };
  const ring = () => {
    if (clock.now() < due) return arm();
    stop();
    run();
  };
  const unsubscribe = clock.onAdvance(arm);
  arm();
  return stop;
};
