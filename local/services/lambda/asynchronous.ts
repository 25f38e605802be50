import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';
import { messageOf } from '../../local-error.ts';
import type { InvocationResult } from './function-runtime.ts';

/** Lambda waits this long before it tries an asynchronous event a second and a third time. */
const retryDelaysMs = [60_000, 120_000];

/** Events that nobody waits for. */
export interface AsynchronousInvocations {
  /** Calls a function with an event (JSON), and again after a failure, twice at most. */
  send(name: string, event: string): void;
  stop(): void;
}

/** Keeps waiting events in memory: unlike in Lambda they end with the local AWS. */
export const asynchronousInvocations = (options: {
  readonly clock: LocalClock;
  readonly invoke: (name: string, event: string) => Promise<InvocationResult>;
  readonly log: (text: string) => void;
}): AsynchronousInvocations => {
  const { clock, invoke, log } = options;
  const waiting = new Set<() => void>();
  let stopped = false;
  const attempt = async (name: string, event: string, delays: readonly number[]): Promise<void> => {
    const failure = await outcome(invoke(name, event));
    if (failure === undefined || stopped) return;
    const [delay, ...later] = delays;
    log(`${name} failed on an asynchronous event (${delay ? 'tried again later' : 'given up'}): ${failure}`);
    if (delay === undefined) return;
    const stop = atTime(clock, clock.now() + delay, () => {
      waiting.delete(stop);
      void attempt(name, event, later);
    });
    waiting.add(stop);
  };
  return {
    send: (name, event) => void attempt(name, event, retryDelaysMs),
    stop() {
      stopped = true;
      for (const stop of waiting) stop();
    },
  };
};

const outcome = (result: Promise<InvocationResult>): Promise<string | undefined> =>
  result.then(({ failed, payload }) => (failed ? payload : undefined), messageOf);
