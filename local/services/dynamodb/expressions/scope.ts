import type { AttributeValue, Item } from '../attribute-value.ts';
import { invalid } from '../invalid.ts';
import type { Path } from '../path.ts';
import type { ExpressionMember, Parsed } from './syntax.ts';

/** What the placeholders of one request stand for. */
export interface Scope {
  /** The path with its `#` placeholders replaced. */
  path(path: Path): Path;
  /** The value behind a `:` placeholder. */
  value(placeholder: string): AttributeValue;
}

/** An expression of a request, by the member that carried it. */
export type Expressions = Readonly<Partial<Record<ExpressionMember, Parsed<unknown> | undefined>>>;

const refuseUndefined = (
  member: string,
  used: ReadonlySet<string>,
  defined: ReadonlySet<string>,
  wording: string,
): void => {
  for (const placeholder of used) {
    if (!defined.has(placeholder)) throw invalid(`Invalid ${member}: ${wording}: ${placeholder}`);
  }
};

const refuseUnused = (member: string, defined: ReadonlySet<string>, used: ReadonlySet<string>): void => {
  const surplus = [...defined].filter((placeholder) => !used.has(placeholder));
  if (surplus.length === 0) return;
  throw invalid(`Value provided in ${member} unused in expressions: keys: {${surplus.join(', ')}}`);
};

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

/** Ties a request's expressions to its names and values: each placeholder must be defined, each definition used. */
export const openScope = (expressions: Expressions, names: Readonly<Record<string, string>>, values: Item): Scope => {
  const definedNames = new Set(Object.keys(names));
  const definedValues = new Set(Object.keys(values));
  const parsed = Object.entries(expressions).flatMap(([member, expression]) =>
    expression ? [{ member, ...expression }] : [],
  );
  for (const { member, names: usedNames, values: usedValues } of parsed) {
    refuseUndefined(
      member,
      usedNames,
      definedNames,
      'An expression attribute name used in the document path is not defined; attribute name',
    );
    refuseUndefined(
      member,
      usedValues,
      definedValues,
      'An expression attribute value used in expression is not defined; attribute value',
    );
  }
  refuseUnused('ExpressionAttributeNames', definedNames, union(parsed.map((expression) => expression.names)));
  refuseUnused('ExpressionAttributeValues', definedValues, union(parsed.map((expression) => expression.values)));
  return {
    path: (path) =>
      path.map((step) => (typeof step === 'string' && step.startsWith('#') ? (names[step] ?? step) : step)),
    value: (placeholder) => {
      const value = values[placeholder];
      if (!value) throw new TypeError(`no value for ${placeholder}`);
      return value;
    },
  };
};
