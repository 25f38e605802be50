import type { Transport } from '../core/connector.ts';
import { CountersignError, isCountersignError } from '../core/errors.ts';

/** One HTTP request of a connector. `permit` marks it as modifying: the transport asks it immediately before each dispatch. */
export interface ExchangeRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly permit?: () => Promise<void>;
}

/** The whole answer to one request. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends one request and reads the whole answer; bearer tokens and CSRF tokens are layers of this shape. */
export type Exchange = (request: ExchangeRequest) => Promise<Answer>;

/** The innermost layer. Throws `SYSTEM_UNAVAILABLE`; the effect is open only where a modifying request may have arrived. */
export const exchangeOver =
  (transport: Transport): Exchange =>
  async ({ url, method, headers, body, signal, permit }) => {
    throwIfOver(signal);
    try {
      const response = await transport(url, { method, headers, body, signal, permit });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      throw broken(cause, permit !== undefined);
    }
  };

/** Throws `SYSTEM_UNAVAILABLE`, surely not applied, when the time of a call is over. */
export function throwIfOver(signal: AbortSignal): void {
  if (signal.aborted)
    throw new CountersignError('SYSTEM_UNAVAILABLE', 'The time of the call was over before anything was sent.', {
      applied: 'no',
    });
}

function broken(cause: unknown, modifying: boolean): CountersignError {
  const applied = modifying && !(isCountersignError(cause) && cause.applied === 'no') ? 'unknown' : 'no';
  if (!isCountersignError(cause))
    return new CountersignError('SYSTEM_UNAVAILABLE', 'The answer of the system broke off.', { cause, applied });
  if (cause.applied === applied) return cause;
  const { code, message, retryAfter, facts } = cause;
  return new CountersignError(code, message, {
    cause,
    applied,
    facts,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
