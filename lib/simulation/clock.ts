/** A clock that can be waited on; `advance` exists only where the simulator owns its time. */
export interface SimulationClock {
  /** Milliseconds since the epoch, in simulated time. */
  now(): number;
  /** Resolves when `at` has come, or at once when `signal` is aborted. */
  waitUntil(at: number, signal?: AbortSignal): Promise<void>;
  advance?(ms: number): void;
}

/** Real milliseconds between two looks at a clock that others may move. */
const LOOK_EVERY_MS = 10;

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** Those who wait for a time of `now`; `look` wakes the ones whose time has come. */
const createSleepers = (now: () => number) => {
  const sleepers = new Set<Sleeper>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    for (const sleeper of [...sleepers]) if (sleeper.at <= now()) sleeper.wake();
    if (sleepers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const sleep = (at: number, signal: AbortSignal | undefined, wake: () => void) => {
    const sleeper = {
      at,
      wake: () => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', sleeper.wake);
        wake();
      },
    };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', sleeper.wake);
    timer ??= setInterval(look, LOOK_EVERY_MS).unref();
  };
  return { look, sleep };
};

/**
 * Makes a clock waitable. Without `injected`, time is the host's plus an offset that `advance` moves forward;
 * `offset` tells how far it had been moved before and `moved` is told each new offset, so that it can be kept.
 */
export const simulationClock = (options: {
  injected?: { now(): number };
  offset: number;
  moved(offset: number): void;
}): SimulationClock => {
  let offset = options.offset;
  const now = () => options.injected?.now() ?? Date.now() + offset;
  const { look, sleep } = createSleepers(now);
  const waitUntil = (at: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted || at <= now()) resolve();
      else sleep(at, signal, resolve);
    });
  if (options.injected) return { now, waitUntil };
  const advance = (ms: number) => {
    offset += ms;
    options.moved(offset);
    look();
  };
  return { now, waitUntil, advance };
};
