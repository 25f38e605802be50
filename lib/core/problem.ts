import { type CountersignError, type ErrorCode, errorTable } from './errors.ts';

/** A refusal as agents get it: RFC 9457 `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** Whether the system may have carried the call out. */
  readonly applied: 'no' | 'unknown';
  /** Seconds. */
  readonly retryAfter?: number;
  readonly operationId?: string;
  readonly traceId?: string;
  readonly nextAction: string;
  readonly [fact: string]: unknown;
}

/** Seconds to wait where an error is retryable and does not say itself. */
const defaultRetryAfter = 5;

/** The problem document of an error. */
export function problemOf(error: CountersignError, ids: { operationId?: string; traceId?: string } = {}): Problem {
  const { status, title, nextAction, retryable } = errorTable[error.code];
  const retryAfter = error.retryAfter ?? (retryable ? defaultRetryAfter : undefined);
  return {
    type: `urn:countersign:error:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    retryable,
    applied: error.applied,
    ...(retryAfter !== undefined && { retryAfter }),
    ...error.facts,
    ...ids,
    nextAction,
  };
}
