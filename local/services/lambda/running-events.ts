import type { FunctionError } from './function-host.ts';

/** How one event ended. `unseen`: its process ended before the handler got it, so another process may have it. */
export type FunctionOutcome =
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError }
  | { readonly kind: 'unseen'; readonly error: FunctionError };

/** The events that one process is working on. */
export interface RunningEvents {
  count(): number;
  open(id: string): Promise<FunctionOutcome>;
  /** The handler has the event: from here on it may have had effects. */
  started(id: string): void;
  settle(id: string, outcome: FunctionOutcome): void;
  /** Settles all that is left, because the process has ended; `unseen` = those that had not started may go elsewhere. */
  abandon(error: FunctionError, options: { readonly unseen: boolean }): void;
}

/** An empty set of running events. */
export const runningEvents = (): RunningEvents => {
  const events = new Map<string, { resolve(outcome: FunctionOutcome): void; started: boolean }>();
  const settle = (id: string, outcome: FunctionOutcome) => {
    const event = events.get(id);
    events.delete(id);
    event?.resolve(outcome);
  };
  return {
    count: () => events.size,
    open: (id) => new Promise((resolve) => events.set(id, { resolve, started: false })),
    started(id) {
      const event = events.get(id);
      if (event) event.started = true;
    },
    settle,
    abandon(error, { unseen }) {
      for (const [id, { started }] of events) settle(id, { kind: started || !unseen ? 'failed' : 'unseen', error });
    },
  };
};
