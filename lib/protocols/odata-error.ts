import * as z from 'zod';
import { retryAfterOf } from '../core/resilience/retry-after.ts';
import { isCsrfRefused } from './csrf.ts';
import type { Answer } from './exchange.ts';

/** One message of the system. */
export interface SystemMessage {
  /** Message class and number as the system writes them, e.g. `ME/006`. */
  readonly code: string;
  /** In the system's words: untrusted. */
  readonly text: string;
}

/** Whether a status means success. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** What an OData service answered instead of success; a connector says what it means. */
export class ODataError extends Error {
  readonly status: number;
  readonly messages: readonly SystemMessage[];
  /** Whether the request could have had an effect. */
  readonly modifying: boolean;
  readonly csrfRefused: boolean;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(answer: Answer, { modifying, now }: { readonly modifying: boolean; readonly now: number }) {
    super(`The system answered ${answer.status}.`);
    this.name = 'ODataError';
    this.status = answer.status;
    this.messages = messagesOf(answer.text);
    this.modifying = modifying;
    this.csrfRefused = isCsrfRefused(answer);
    this.retryAfter = retryAfterOf(answer.headers.get('retry-after'), now);
  }
}

const words = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);
const message = z
  .object({ code: z.string().default(''), message: words })
  .transform(({ code, message: text }): SystemMessage => ({ code, text }));
const v2 = z.object({ innererror: z.object({ errordetails: z.array(message).default([]) }) });
const v4 = z.object({ details: z.array(message) });
const body = z.object({ error: z.unknown() });

/** The messages of an error body of OData V2 (`innererror.errordetails`) or V4 (`details`), the main one first. */
function messagesOf(text: string): readonly SystemMessage[] {
  const parsed = body.safeParse(jsonOrNothing(text));
  if (!parsed.success) return [];
  const { error } = parsed.data;
  const main = message.safeParse(error);
  const details = v2.safeParse(error).data?.innererror.errordetails ?? v4.safeParse(error).data?.details ?? [];
  return [...(main.success ? [main.data] : []), ...details];
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A gateway's page or an empty body has no messages; the status says what there is to say.
    return undefined;
  }
}
