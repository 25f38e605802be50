import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, digestOf } from '../../../lib/core/canonical.ts';

test('the order of names and absent members do not matter, the order of lists does', () => {
  expect(digestOf({ a: 1, b: { c: 'x', d: undefined } })).toBe(digestOf({ b: { c: 'x' }, a: 1 }));
  expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
});

test('canonical JSON is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
