/** A clock on which waiting takes no time; what happens at the same moment happens in the order in which it was asked for. */
export interface VirtualClock {
  /** Epoch ms. */
  now(): number;
  /** Lets something happen at a moment, or at once where that has passed. */
  at(moment: number, run: () => void): void;
  /** The same for what wakes nobody. */
  quietly(moment: number, run: () => void): void;
  /** Ends early when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets a life take place with `AbortSignal.timeout` and `performance.now` on this clock. Throws when nothing is left that could go on with it. */
  live<T>(life: () => Promise<T>): Promise<T>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  readonly isQuiet?: boolean;
}

const start = Date.parse('2026-06-01T08:00:00Z');

/** A virtual clock that begins on 1 June at eight in the morning. */
export function virtualClock(): VirtualClock {
  const events = soonestFirst();
  let now = start;
  let asked = 0;
  const at = (moment: number, run: () => void): void => events.add({ at: Math.max(now, moment), order: asked++, run });
  const quietly = (moment: number, run: () => void): void =>
    events.add({ at: Math.max(now, moment), order: asked++, run, isQuiet: true });
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      if (signal?.aborted) return wake();
      at(now + Math.max(0, ms), wake);
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let isSettled = false;
    const end = () => {
      isSettled = true;
    };
    work.then(end, end);
    for (;;) {
      // Everything that can go on without time passing goes on first.
      await turn();
      if (isSettled) return work;
      for (let isQuiet = true; isQuiet; ) {
        const next = events.take();
        if (!next) throw new Error('nothing is left that could happen');
        now = next.at;
        next.run();
        isQuiet = next.isQuiet ?? false;
      }
    }
  };
  const live = async <T>(life: () => Promise<T>): Promise<T> => {
    const { controllers, restore } = install({ now: () => now, at });
    try {
      return await run(life());
    } finally {
      // What still waits is let go: signals that are never aborted are kept for ever.
      for (const controller of controllers) controller.abort(over);
      await turn();
      restore();
    }
  };
  return { now: () => now, at, quietly, sleep, live };
}

const turn = (): Promise<void> => new Promise((resume) => void setImmediate(resume));
const over = new Error('the time is over');

function install({ now, at }: Pick<VirtualClock, 'now' | 'at'>) {
  const real = { timeout: AbortSignal.timeout, now: performance.now, stackTraceLimit: Error.stackTraceLimit };
  const controllers = new Set<AbortController>();
  // Errors are made by the thousand here, and nobody reads where.
  Error.stackTraceLimit = 0;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    controllers.add(controller);
    at(now() + ms, () => {
      controllers.delete(controller);
      controller.abort(over);
    });
    return controller.signal;
  };
  performance.now = () => now() - start;
  const restore = (): void => {
    AbortSignal.timeout = real.timeout;
    performance.now = real.now;
    Error.stackTraceLimit = real.stackTraceLimit;
  };
  return { controllers, restore };
}

/** A binary heap. */
function soonestFirst(): { add(event: Event): void; take(): Event | undefined } {
  const heap: Event[] = [];
  const isSooner = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const add = (event: Event): void => {
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isSooner(event, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  };
  const take = (): Event | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const below = left && right && isSooner(right, left) ? 2 * index + 2 : 2 * index + 1;
      const child = heap[below];
      if (!child || isSooner(last, child)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
    return first;
  };
  return { add, take };
}
