import { expect, test } from 'vitest';
import {
  date,
  decimal,
  decimalOrZero,
  flag,
  instant,
  string,
  v2Date,
  v2DateLiteral,
} from '../../../lib/protocols/odata-fields.ts';

test.each([
  ['200.000', '200'],
  ['0.10', '0.1'],
  ['-0.00', '0'],
  ['12345678901234567890.123', '12345678901234567890.123'],
  ['100', '100'],
  ['0', '0'],
])('decimal %s reads as %s', (given, plain) => {
  expect(decimal.parse(given)).toBe(plain);
});

test.each(['', '1e3', '1,5', ' 1', 'NaN', 12])('%j is no decimal', (given) => {
  expect(decimal.safeParse(given).success).toBe(false);
});

test('initial values are read, missing ones are not', () => {
  expect([string.parse(null), flag.parse(null), decimalOrZero.parse(null)]).toEqual(['', false, '0']);
  for (const field of [string, flag, decimalOrZero, date]) expect(field.safeParse(undefined).success).toBe(false);
});

test('civil dates of both versions are the same day whatever the time zone', () => {
  expect(date.parse('/Date(1768435200000)/')).toBe('2026-01-15');
  expect(date.parse('/Date(1768435200000+0000)/')).toBe('2026-01-15');
  expect(date.parse('2026-01-15')).toBe('2026-01-15');
  expect(date.parse('')).toBeUndefined();
  expect(date.safeParse('/Date(99999999999999999)/').success).toBe(false);
  expect(instant.parse('/Date(1768469400000+0000)/')).toBe('2026-01-15T09:30:00.000Z');
});

test('a civil date is written for bodies and filters of V2', () => {
  expect(v2Date('2026-01-15')).toBe('/Date(1768435200000)/');
  expect(v2DateLiteral('2026-01-15')).toBe("datetime'2026-01-15T00:00:00'");
});
