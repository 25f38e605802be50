import { throwIfOver } from './exchange.ts';

/** A value that is expensive to fetch: everyone who asks meanwhile shares one fetch. */
export interface Kept<T> {
  /** Rejects when `signal` fires, without disturbing the others who wait. */
  get(signal: AbortSignal): Promise<T>;
  /** Forgets this value, which was refused, if it is still the current one. */
  drop(value: T): void;
}

/** Keeps what `fetch` answers until it is dropped or no longer `fresh`; a failed fetch is not kept. `fetch` is told whether the last value was dropped. */
export function kept<T>(
  fetch: (after: { readonly refusal: boolean }) => Promise<T>,
  fresh: (value: T) => boolean = () => true,
): Kept<T> {
  let current: { readonly value: T } | undefined;
  let pending: Promise<T> | undefined;
  let refusal = false;
  const start = async () => {
    try {
      const value = await fetch({ refusal });
      current = { value };
      refusal = false;
      return value;
    } finally {
      pending = undefined;
    }
  };
  return {
    get: async (signal) => {
      if (current && fresh(current.value)) return current.value;
      throwIfOver(signal);
      pending ??= start();
      return within(pending, signal);
    },
    drop: (value) => {
      if (current?.value !== value) return;
      current = undefined;
      refusal = true;
    },
  };
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    try {
      throwIfOver(signal);
    } catch (error) {
      reject(error);
    }
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
