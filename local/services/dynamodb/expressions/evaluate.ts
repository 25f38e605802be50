import { type AttributeValue, type Item, setOf, typeOf } from '../attribute-value.ts';
import { compare, equal } from '../comparison.ts';
import { valueAt } from '../path.ts';
import type { Scope } from './scope.ts';
import type { Comparator, Condition, Operand } from './syntax.ts';

const sizeOf = (value: AttributeValue | undefined): AttributeValue | undefined => {
  if (!value) return undefined;
  const count = (size: number): AttributeValue => ({ N: String(size) });
  if ('S' in value) return count(Buffer.byteLength(value.S));
  if ('B' in value) return count(Buffer.byteLength(value.B, 'base64'));
  if ('L' in value) return count(value.L.length);
  if ('M' in value) return count(Object.keys(value.M).length);
  const set = setOf(value);
  return set && count(set.elements.length);
};

const resolve = (operand: Operand, item: Item, scope: Scope): AttributeValue | undefined => {
  if (operand.kind === 'value') return scope.value(operand.placeholder);
  const value = valueAt(item, scope.path(operand.path));
  return operand.kind === 'size' ? sizeOf(value) : value;
};

const comparisons: Readonly<
  Record<Comparator, (left: AttributeValue | undefined, right: AttributeValue | undefined) => boolean>
> = {
  '=': equal,
  // An absent attribute is never equal to a value, so it differs from every one.
  '<>': (left, right) => !equal(left, right),
  '<': (left, right) => compare(left, right) < 0,
  '<=': (left, right) => compare(left, right) <= 0,
  '>': (left, right) => compare(left, right) > 0,
  '>=': (left, right) => compare(left, right) >= 0,
};

const beginsWith = (value: AttributeValue, prefix: AttributeValue): boolean => {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
};

const contains = (value: AttributeValue, wanted: AttributeValue): boolean => {
  if ('S' in value) return 'S' in wanted && value.S.includes(wanted.S);
  if ('B' in value) return 'B' in wanted && Buffer.from(value.B, 'base64').includes(Buffer.from(wanted.B, 'base64'));
  if ('L' in value) return value.L.some((element) => equal(element, wanted));
  const set = setOf(value);
  return set?.type === `${typeOf(wanted)}S` && set.elements.includes(String(Object.values(wanted)[0]));
};

const called = (condition: Condition & { kind: 'call' }, item: Item, scope: Scope): boolean => {
  const value = valueAt(item, scope.path(condition.path));
  if (condition.predicate === 'attribute_exists') return value !== undefined;
  if (condition.predicate === 'attribute_not_exists') return value === undefined;
  const argument = condition.argument && resolve(condition.argument, item, scope);
  if (!value || !argument) return false;
  if (condition.predicate === 'begins_with') return beginsWith(value, argument);
  if (condition.predicate === 'contains') return contains(value, argument);
  return 'S' in argument && typeOf(value) === argument.S;
};

/** Whether an item (empty where there is none) meets a condition. */
export const holds = (condition: Condition, item: Item, scope: Scope): boolean => {
  const value = (operand: Operand): AttributeValue | undefined => resolve(operand, item, scope);
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item, scope) && holds(condition.right, item, scope);
    case 'or':
      return holds(condition.left, item, scope) || holds(condition.right, item, scope);
    case 'not':
      return !holds(condition.condition, item, scope);
    case 'compare':
      return comparisons[condition.comparator](value(condition.left), value(condition.right));
    case 'between': {
      const subject = value(condition.operand);
      return compare(subject, value(condition.low)) >= 0 && compare(subject, value(condition.high)) <= 0;
    }
    case 'in': {
      const subject = value(condition.operand);
      return condition.choices.some((choice) => equal(subject, value(choice)));
    }
    case 'call':
      return called(condition, item, scope);
  }
};
