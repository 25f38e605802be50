import { type AttributeValue, type Item, setOf, typeOf } from './attribute-value.ts';
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
  if (!a || !b || a.elements.length !== b.elements.length) return false;
  const elements = new Set(b.elements);
  return a.elements.every((element) => elements.has(element));
};

const equalScalars = (left: AttributeValue, right: AttributeValue): boolean =>
  Object.values(left)[0] === Object.values(right)[0];

/** Whether two values are the same to DynamoDB: types count, the order of sets and map members does not; absent equals nothing. */
export const equal = (left: AttributeValue | undefined, right: AttributeValue | undefined): boolean => {
  if (!left || !right || typeOf(left) !== typeOf(right)) return false;
  if ('L' in left && 'L' in right) return equalLists(left.L, right.L);
  if ('M' in left && 'M' in right) return equalItems(left.M, right.M);
  // Numbers are kept in one canonical form, so that equal ones are equal texts.
  return setOf(left) ? equalSets(left, right) : equalScalars(left, right);
};

/** Order of two strings (by UTF-8 bytes), numbers or binaries; NaN when they have no order, so that every comparison fails. */
export const compare = (left: AttributeValue | undefined, right: AttributeValue | undefined): number => {
  if (!left || !right) return Number.NaN;
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return Number.NaN;
};
