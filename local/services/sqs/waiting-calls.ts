import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';

/** Calls that wait for messages. */
export interface WaitingCalls {
  /** Settles when the queue is rung, when the local clock reaches `until` (epoch ms), or when everything ends. */
  wait(queue: string, until: number): Promise<void>;
  ring(queue: string): void;
  /** Ends all waiting, now and from now on. */
  stop(): void;
  stopped(): boolean;
}

/** Long polls on the local clock. */
export const waitingCalls = (clock: LocalClock): WaitingCalls => {
  const waiting = new Map<string, Set<() => void>>();
  let stopped = false;
  const ring = (queue: string) => {
    for (const wake of [...(waiting.get(queue) ?? [])]) wake();
  };
  return {
    wait: (queue, until) =>
      new Promise((resolve) => {
        if (stopped) return resolve();
        const ofQueue = waiting.get(queue) ?? new Set();
        waiting.set(queue, ofQueue);
        const wake = () => {
          stopTimer();
          ofQueue.delete(wake);
          resolve();
        };
        const stopTimer = atTime(clock, until, wake);
        ofQueue.add(wake);
      }),
    ring,
    stop() {
      stopped = true;
      for (const queue of waiting.keys()) ring(queue);
    },
    stopped: () => stopped,
  };
};
