import { expect, test } from 'vitest';
import { retryAfterOf } from '../../../../lib/core/resilience/retry-after.ts';

const now = Date.parse('2026-01-15T09:30:00Z');

test.each([
  ['30', 30],
  [' 0 ', 0],
  ['1.2', 2],
  ['-5', 0],
  ['1000000000', 3600],
  ['Thu, 15 Jan 2026 09:31:00 GMT', 60],
  ['Thursday, 15-Jan-26 09:31:00 GMT', 60],
  ['Thu, 15 Jan 2026 09:00:00 GMT', 0],
  ['Sun, 15 Jan 2090 09:00:00 GMT', 3600],
  ['1e9', undefined],
  ['soon', undefined],
  ['2026', 2026],
  ['Infinity', undefined],
  ['', undefined],
])('Retry-After %j means %j seconds', (header, seconds) => {
  expect(retryAfterOf(header, now)).toBe(seconds);
});

test('without the header there is nothing to wait for', () => {
  expect(retryAfterOf(null, now)).toBeUndefined();
});
