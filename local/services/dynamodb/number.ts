import Big from 'big.js';
import { invalid } from './invalid.ts';

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const LARGEST_EXPONENT = 125;
const SMALLEST_EXPONENT = -130;
const PRECISION = 38;

const parse = (text: string): Big => {
  try {
    return new Big(text);
  } catch {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
};

const bounded = (value: Big): string => {
  if (value.c.length > PRECISION) throw invalid('Attempting to store more than 38 significant digits in a Number');
  if (value.eq(0)) return '0';
  if (value.e > LARGEST_EXPONENT) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (value.e < SMALLEST_EXPONENT) {
    throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return value.toFixed();
};

/** The form in which DynamoDB keeps a number: no exponent, no surplus zeros; at most 38 digits, 1e-130 to 9.99e125. */
export const canonicalNumber = (text: string): string => (SHORT_INTEGER.test(text) ? text : bounded(parse(text)));

/** Negative, zero or positive as `left` is below, equal to or above `right`. */
export const compareNumbers = (left: string, right: string): number => new Big(left).cmp(right);

/** Exact sum, refused like a stored number when it needs more than 38 digits. */
export const addNumbers = (left: string, right: string): string => bounded(new Big(left).plus(right));

/** Exact difference, with the limits of `addNumbers`. */
export const subtractNumbers = (left: string, right: string): string => bounded(new Big(left).minus(right));

/** Sign, decimal exponent and significant digits: what sorting and size need of a number. */
export const digitsOf = (text: string): { sign: -1 | 0 | 1; exponent: number; digits: readonly number[] } => {
  const value = new Big(text);
  if (value.eq(0)) return { sign: 0, exponent: 0, digits: [] };
  return { sign: value.s < 0 ? -1 : 1, exponent: value.e, digits: value.c };
};
