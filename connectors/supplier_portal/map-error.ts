import { CountersignError, type ErrorCode, isCountersignError } from '../../lib/core/errors.ts';
import { PortalError } from './portal-error.ts';

/** Refusals by the portal's own code. */
const byCode: Readonly<Record<string, ErrorCode>> = {
  EMAIL_IN_USE: 'EMAIL_IN_USE',
  SUPPLIER_UNKNOWN: 'SUPPLIER_UNKNOWN',
  CUSTOMER_UNKNOWN: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
  FIELD_TOO_LONG: 'FIELD_TOO_LONG',
  VERSION_MISMATCH: 'STALE_STATE',
  VERSION_MISSING: 'STALE_STATE',
  ACCOUNT_DISABLED: 'STALE_STATE',
  RECORD_LOCKED: 'DOCUMENT_LOCKED',
  WRITE_NOT_ALLOWED: 'NOT_AUTHORISED_IN_ERP',
};

/** Statuses of requests that were refused before or instead of taking effect. */
const surelyRefused: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 423, 428, 429,
]);

/** What an error means that a tool of this kind threw. The portal's words go into `facts.systemMessage`, never into the sentence. */
export function mapError(error: unknown): CountersignError {
  if (isCountersignError(error)) return error;
  if (error instanceof PortalError) return refusal(error);
  return new CountersignError('INTERNAL', 'The connector failed.', { cause: error });
}

function refusal(error: PortalError): CountersignError {
  const { status, systemCode: code, text, modifying, retryAfter } = error;
  const wait = retryAfter !== undefined && { retryAfter };
  const facts = {
    ...(code !== '' && { systemCode: printable(code, 60) }),
    ...(text !== '' && { systemMessage: printable(text, 300) }),
  };
  const meaning = meaningOf(error);
  const applied = meaning === 'OUTCOME_UNKNOWN' && modifying ? 'unknown' : 'no';
  return new CountersignError(meaning, `The portal answered ${status}.`, { cause: error, applied, facts, ...wait });
}

function meaningOf({ status, systemCode: code, modifying }: PortalError): ErrorCode {
  if (status === 429) return 'SYSTEM_THROTTLED';
  if (status === 503) return 'SYSTEM_UNAVAILABLE';
  if (status === 401) return 'AUTH_FAILED';
  if (surelyRefused.has(status)) return (Object.hasOwn(byCode, code) && byCode[code]) || 'REFUSED_BY_SYSTEM';
  return modifying ? 'OUTCOME_UNKNOWN' : 'SYSTEM_UNAVAILABLE';
}

/** Text of the portal as data: without control and invisible characters, capped. */
const printable = (text: string, most: number): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
