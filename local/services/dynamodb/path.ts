import type { AttributeValue, Item } from './attribute-value.ts';
import { invalid } from './invalid.ts';

/** A document path: attribute and map member names, and list positions from 0. */
export type Path = readonly (string | number)[];

const child = (value: AttributeValue, step: string | number): AttributeValue | undefined => {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
};

/** The value at a path, or nothing where the item has none. */
export const valueAt = (item: Item, path: Path): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) value = value && child(value, step);
  return value;
};

const withMember = (map: Item, name: string, value: AttributeValue | undefined): Item => {
  if (value) return { ...map, [name]: value };
  const { [name]: _removed, ...rest } = map;
  return rest;
};

const withElement = (
  elements: readonly AttributeValue[],
  at: number,
  value: AttributeValue | undefined,
): AttributeValue[] => (value ? elements.toSpliced(at, 1, value) : elements.toSpliced(at, 1));

const changed = (
  value: AttributeValue | undefined,
  path: Path,
  replacement: AttributeValue | undefined,
): AttributeValue | undefined => {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (value && typeof step === 'number' && 'L' in value) {
    const next = changed(value.L[step], rest, replacement);
    return next === value.L[step] ? value : { L: withElement(value.L, step, next) };
  }
  if (value && typeof step === 'string' && 'M' in value) {
    return { M: withMember(value.M, step, changed(child(value, step), rest, replacement)) };
  }
  throw invalid('The document path provided in the update expression is invalid for update');
};

/** The item with another value at the path, or none; every container on the way must exist, and beyond a list's end means at its end. */
export const withValueAt = (item: Item, path: Path, value: AttributeValue | undefined): Item => {
  const result = changed({ M: item }, path, value);
  return result && 'M' in result ? result.M : item;
};

/** The part of an item that a list of paths names, nested as in the item; positions that are left out of a list close up. */
export const projected = (item: Item, paths: readonly Path[]): Item => {
  const merge = (value: AttributeValue, wanted: readonly Path[]): AttributeValue | undefined => {
    if (wanted.some((path) => path.length === 0)) return value;
    const steps = [...new Set(wanted.map((path) => path[0]))].filter((step) => step !== undefined);
    const found = steps
      .toSorted((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0))
      .flatMap((step) => {
        const below = child(value, step);
        const part =
          below &&
          merge(
            below,
            wanted.filter((path) => path[0] === step).map((path) => path.slice(1)),
          );
        return part ? [{ step, part }] : [];
      });
    if (found.length === 0) return undefined;
    if ('L' in value) return { L: found.map(({ part }) => part) };
    return { M: Object.fromEntries(found.map(({ step, part }) => [String(step), part])) };
  };
  const result = merge({ M: item }, paths);
  return result && 'M' in result ? result.M : {};
};
