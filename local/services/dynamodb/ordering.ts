import type { AttributeValue } from './attribute-value.ts';
import { digitsOf } from './number.ts';

// Exponents run from -130 to 125; the offset makes them positive, and every digit is raised by one, so that a shorter
// number sorts before a longer one that begins with it.
const EXPONENT_OFFSET = 200;

const numberBytes = (text: string): Buffer => {
  const { sign, exponent, digits } = digitsOf(text);
  if (sign === 0) return Buffer.from([1]);
  const magnitude = [exponent + EXPONENT_OFFSET].flatMap((raised) => [raised >> 8, raised & 255]);
  const bytes = [...magnitude, ...digits.map((digit) => digit + 1), 0];
  return sign > 0 ? Buffer.from([2, ...bytes]) : Buffer.from([0, ...bytes.map((byte) => 255 - byte)]);
};

/** A key value as bytes whose plain byte order is DynamoDB's order, so that SQLite sorts and ranges over them. */
export const sortable = (value: AttributeValue): Buffer => {
  if ('S' in value) return Buffer.from(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('B' in value) return Buffer.from(value.B, 'base64');
  throw new TypeError('only strings, numbers and binaries are keys');
};

/** The first byte string after all that begin with `prefix`; nothing when there is none. */
export const afterPrefix = (prefix: Buffer): Buffer | undefined => {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last < 0) return undefined;
  const bound = Buffer.from(prefix.subarray(0, last + 1));
  bound[last] = (bound[last] ?? 0) + 1;
  return bound;
};
