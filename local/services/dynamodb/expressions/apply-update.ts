import { type AttributeValue, type Item, setFrom, setOf } from '../attribute-value.ts';
import { invalid } from '../invalid.ts';
import { addNumbers, subtractNumbers } from '../number.ts';
import { type Path, valueAt, withValueAt } from '../path.ts';
import type { Scope } from './scope.ts';
import type { Assigned, Update } from './syntax.ts';

const wrongOperand = () => invalid('An operand in the update expression has an incorrect data type');

const arithmetic = (kind: 'plus' | 'minus', left: AttributeValue, right: AttributeValue): AttributeValue => {
  if (!('N' in left && 'N' in right)) throw wrongOperand();
  return { N: kind === 'plus' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
};

// Every right-hand side reads the item as it was before the update.
const assigned = (value: Assigned, before: Item, scope: Scope): AttributeValue => {
  const read = (operand: Assigned): AttributeValue => assigned(operand, before, scope);
  switch (value.kind) {
    case 'value':
      return scope.value(value.placeholder);
    case 'path': {
      const found = valueAt(before, scope.path(value.path));
      if (found) return found;
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(before, scope.path(value.path)) ?? read(value.otherwise);
    case 'list_append': {
      const [first, second] = [read(value.first), read(value.second)];
      if (!('L' in first && 'L' in second)) throw wrongOperand();
      return { L: [...first.L, ...second.L] };
    }
    default:
      return arithmetic(value.kind, read(value.left), read(value.right));
  }
};

const added = (current: AttributeValue | undefined, value: AttributeValue): AttributeValue => {
  if (!current) return value;
  if ('N' in value) return arithmetic('plus', current, value);
  const [have, more] = [setOf(current), setOf(value)];
  const sum =
    have && more && have.type === more.type && setFrom(have.type, [...new Set([...have.elements, ...more.elements])]);
  if (!sum) throw wrongOperand();
  return sum;
};

const subtracted = (current: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined => {
  if (!current) return undefined;
  const [have, less] = [setOf(current), setOf(value)];
  if (!have || !less || have.type !== less.type) throw wrongOperand();
  return setFrom(
    have.type,
    have.elements.filter((element) => !less.elements.includes(element)),
  );
};

const lastStep = (path: Path): number => {
  const step = path.at(-1);
  return typeof step === 'number' ? step : 0;
};

/** The item after an update; `before` is the stored item, or its key alone where it is new. */
export const applyUpdate = (update: Update, before: Item, scope: Scope): Item => {
  let item = before;
  const assign = (path: Path, value: AttributeValue | undefined): void => {
    item = withValueAt(item, path, value);
  };
  for (const { path, value } of update.set) assign(scope.path(path), assigned(value, before, scope));
  // From the end of a list to its start, so that positions still mean what they meant before the update.
  for (const { path } of update.remove.toSorted((a, b) => lastStep(b.path) - lastStep(a.path))) {
    assign(scope.path(path), undefined);
  }
  for (const { path, placeholder } of update.add) {
    const target = scope.path(path);
    assign(target, added(valueAt(item, target), scope.value(placeholder)));
  }
  for (const { path, placeholder } of update.delete) {
    const target = scope.path(path);
    assign(target, subtracted(valueAt(item, target), scope.value(placeholder)));
  }
  return item;
};

/** The paths that an update writes, placeholders replaced; refused when two of them touch the same place. */
export const updatedPaths = (update: Update, scope: Scope): readonly Path[] => {
  const clauses = [...update.set, ...update.remove, ...update.add, ...update.delete];
  const paths = clauses.map(({ path }) => scope.path(path));
  paths.forEach((one, at) => {
    for (const other of paths.slice(at + 1)) {
      const shared = Math.min(one.length, other.length);
      if (one.slice(0, shared).every((step, index) => step === other[index])) {
        throw invalid(
          'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these ' +
            `paths; path one: [${one.join(', ')}], path two: [${other.join(', ')}]`,
        );
      }
    }
  });
  return paths;
};
