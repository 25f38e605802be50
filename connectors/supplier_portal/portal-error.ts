import * as z from 'zod';
import { retryAfterOf } from '../../lib/core/resilience/retry-after.ts';
import type { Answer } from '../../lib/protocols/exchange.ts';

const body = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What the portal answered instead of success. */
export class PortalError extends Error {
  readonly status: number;
  /** Its own code, such as `EMAIL_IN_USE`; empty where it said none. Not called `code`: by that our own errors are known. */
  readonly systemCode: string;
  /** In its own words: untrusted. */
  readonly text: string;
  /** Whether the request could have had an effect. */
  readonly modifying: boolean;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(
    { status, text, headers }: Answer,
    { modifying, now }: { readonly modifying: boolean; readonly now: number },
  ) {
    super(`The portal answered ${status}.`);
    const { code, message } = said(text);
    this.name = 'PortalError';
    this.status = status;
    this.systemCode = code;
    this.text = message;
    this.modifying = modifying;
    this.retryAfter = retryAfterOf(headers.get('retry-after'), now);
  }
}

function said(text: string): { readonly code: string; readonly message: string } {
  try {
    return body.parse(JSON.parse(text)).error;
  } catch {
    return { code: '', message: '' }; // a gateway's page: the status says what there is to say
  }
}

/** What the portal shows; undefined where it has no such record. Throws every other refusal. */
export const existing = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof PortalError && error.status === 404 && error.systemCode === 'NOT_FOUND') return undefined;
    throw error;
  });
