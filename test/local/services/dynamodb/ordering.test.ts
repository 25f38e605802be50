import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../../local/services/dynamodb/comparison.ts';
import { canonicalNumber } from '../../../../local/services/dynamodb/number.ts';
import { afterPrefix, sortable } from '../../../../local/services/dynamodb/ordering.ts';

const number = fc
  .record({ digits: fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), exponent: fc.integer({ min: -120, max: 80 }) })
  .map(({ digits, exponent }) => ({ N: canonicalNumber(`${digits}e${exponent}`) }));
const close = fc
  .integer({ min: -200, max: 200 })
  .map((hundredths) => ({ N: canonicalNumber(String(hundredths / 100)) }));
const text = fc.string({ unit: 'binary' }).map((S) => ({ S: Buffer.from(S).toString() }));

describe('the stored order of keys', () => {
  it('is the order of numbers', () => {
    for (const numbers of [number, close]) {
      fc.assert(
        fc.property(numbers, numbers, (left, right) => {
          expect(Buffer.compare(sortable(left), sortable(right))).toBe(compare(left, right));
        }),
      );
    }
  });

  it('is the order of strings by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Buffer.compare(sortable(left), sortable(right))).toBe(compare(left, right));
      }),
    );
  });

  it('has everything that begins with a prefix between the prefix and its end', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (prefix, other) => {
        const end = afterPrefix(prefix);
        const within = (value: Buffer) => prefix.compare(value) <= 0 && (!end || value.compare(end) < 0);
        expect(within(Buffer.concat([prefix, other]))).toBe(true);
        expect(within(other)).toBe(other.subarray(0, prefix.length).equals(prefix));
      }),
    );
  });
});
