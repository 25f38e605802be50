import { expect, test } from 'vitest';
import { idempotencyKeyOf } from '../../../lib/core/idempotency-key.ts';

test('a quoted key and a bare one are the same key', () => {
  expect(idempotencyKeyOf(['"order-1"'])).toBe('order-1');
  expect(idempotencyKeyOf(['order-1'])).toBe('order-1');
});

test('a key has up to 256 characters', () => expect(idempotencyKeyOf(['k'.repeat(256)])).toHaveLength(256));

test('a missing key is named as missing', () =>
  expect(() => idempotencyKeyOf([])).toThrowError(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_MISSING' })));

test.each([
  ['two keys', ['a', 'b']],
  ['the same key twice', ['a', 'a']],
  ['an empty key', ['']],
  ['an empty quoted key', ['""']],
  ['257 characters', ['k'.repeat(257)]],
  ['a space', ['a b']],
  ['a line break', ['a\r\nb']],
  ['joined headers', ['a, b']],
  ['half a quote', ['"a']],
  ['a character outside ASCII', ['schlüssel']],
])('%s is refused', (_, values) =>
  expect(() => idempotencyKeyOf(values)).toThrowError(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_INVALID' })));
