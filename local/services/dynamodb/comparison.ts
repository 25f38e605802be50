import { type AttributeValue, type Item, setOf } from './attribute-value.ts';
import { compareNumbers } from './number.ts';

const equalItems = (left: Item, right: Item): boolean => {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]));
};

const equalLists = (left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean =>
  left.length === right.length && left.every((element, at) => equal(element, right[at]));

const equalSets = (left: AttributeValue, right: AttributeValue): boolean => {
  const [a, b] = [setOf(left), setOf(right)];
  if (!a || !b || a.type !== b.type || a.elements.length !== b.elements.length) return false;
  const elements = new Set(b.elements);
  return a.elements.every((element) => elements.has(element));
};

/** Whether two values are the same to DynamoDB: types count, the order of sets and map members does not; absent equals nothing. */
export const equal = (left: AttributeValue | undefined, right: AttributeValue | undefined): boolean => {
  if (!left || !right) return false;
  if ('S' in left) return 'S' in right && left.S === right.S;
  if ('N' in left) return 'N' in right && compareNumbers(left.N, right.N) === 0;
  if ('B' in left) return 'B' in right && left.B === right.B;
  if ('BOOL' in left) return 'BOOL' in right && left.BOOL === right.BOOL;
  if ('NULL' in left) return 'NULL' in right;
  if ('L' in left) return 'L' in right && equalLists(left.L, right.L);
  if ('M' in left) return 'M' in right && equalItems(left.M, right.M);
  return equalSets(left, right);
};

/** Order of two strings (by UTF-8 bytes), numbers or binaries; NaN when they have no order, so that every comparison fails. */
export const compare = (left: AttributeValue | undefined, right: AttributeValue | undefined): number => {
  if (!left || !right) return Number.NaN;
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return Number.NaN;
};
