import { expect, test } from 'vitest';
import { id, money, quantity, text, unitPrice } from '../../contracts/shapes.ts';

const amountOf = (amount: unknown, currency = 'EUR') => money.safeParse({ amount, currency }).data?.amount ?? 'refused';

test('equal amounts become the same string', () => {
  expect(['10', '10.0', '10.00'].map((amount) => amountOf(amount))).toEqual(['10.00', '10.00', '10.00']);
  expect([amountOf('10', 'JPY'), amountOf('1.5', 'KWD')]).toEqual(['10', '1.500']);
});

test.each([
  ['-1'],
  ['-0'],
  ['1e3'],
  ['1e400'],
  ['NaN'],
  ['1,000.00'],
  ['１０'],
  ['1.00\n'],
  [' 1'],
  ['01'],
  ['.5'],
  ['1.'],
  ['+1'],
  ['0x1F'],
  [''],
  [5],
  [[5]],
  [true],
  [null],
  ['9'.repeat(16)],
])('%j is no amount', (amount) => expect(amountOf(amount)).toBe('refused'));

test.each([
  ['1.5', 'JPY'],
  ['1.555', 'EUR'],
  ['1.5555', 'KWD'],
])('%s %s has too many digits', (amount, currency) => expect(amountOf(amount, currency)).toBe('refused'));

test('an amount beyond 2^53 stays exact', () =>
  expect(amountOf('9007199254740993.00'.slice(0, 15))).toBe('900719925474099.00'));

test('unknown members are refused', () => {
  expect(money.safeParse({ amount: '1', currency: 'EUR', rate: '2' }).success).toBe(false);
  expect(money.safeParse(JSON.parse('{"amount":"1","currency":"EUR","__proto__":{}}')).success).toBe(false);
});

test('a quantity is more than nothing, and 200.0 is 200', () => {
  expect(quantity.parse({ value: '200.0', unit: 'C62' }).value).toBe('200');
  expect(quantity.safeParse({ value: '0', unit: 'C62' }).success).toBe(false);
  expect(quantity.safeParse({ value: '0.000', unit: 'C62' }).success).toBe(false);
});

test('a price is for one unit unless it says for how many', () => {
  const { per } = unitPrice.parse({ amount: '0.0123', currency: 'EUR', per: { unit: 'C62' } });
  expect(per).toEqual({ quantity: '1', unit: 'C62' });
  expect(unitPrice.safeParse({ amount: '1', currency: 'EUR', per: { quantity: '0', unit: 'C62' } }).success).toBe(
    false,
  );
});

test.each([['a\u202Eb'], ['a\nb'], ['a\u0000b'], ['a\uD800b'], ['a\u200Bb'], ['']])('%j is no text', (value) =>
  expect(text(50).safeParse(value).success).toBe(false));

test.each([["O'Neil/1"], ['RM-6204'], ['4500000001']])('%s can be an id', (value) =>
  expect(id('item').safeParse(value).success).toBe(true));
test.each([[''], [' x'], ['x\n'], ['x'.repeat(61)], ['ü']])('%j is no id', (value) =>
  expect(id('item').safeParse(value).success).toBe(false));
