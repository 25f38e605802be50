import { CountersignError } from './errors.ts';

/**
 * The one key of a write. Values are as received: a structured-field string in quotes, or bare
 * (draft-ietf-httpapi-idempotency-key-header-07). Throws `IDEMPOTENCY_KEY_MISSING`, `IDEMPOTENCY_KEY_INVALID`.
 */
export function idempotencyKeyOf(values: readonly string[]): string {
  const [value, second] = values;
  if (value === undefined)
    throw new CountersignError('IDEMPOTENCY_KEY_MISSING', 'The call carries no Idempotency-Key.');
  if (second !== undefined)
    throw new CountersignError('IDEMPOTENCY_KEY_INVALID', 'The call carries more than one key.');
  const quoted = /^"([^"\\]*)"$/.exec(value)?.[1];
  const key = quoted ?? value;
  if (!/^[\x21-\x7e]{1,256}$/.test(key) || (quoted === undefined && /["\\]/.test(key)))
    throw new CountersignError('IDEMPOTENCY_KEY_INVALID', 'A key has 1 to 256 visible ASCII characters.');
  return key;
}
