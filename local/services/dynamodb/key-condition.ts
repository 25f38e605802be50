import { type AttributeValue, typeOf } from './attribute-value.ts';
import type { Scope } from './expressions/scope.ts';
import type { Comparator, Condition, Operand } from './expressions/syntax.ts';
import { invalid } from './invalid.ts';
import type { KeyAttribute, KeySchema } from './key.ts';
import { afterPrefix, sortable } from './ordering.ts';
import type { Path } from './path.ts';

/** A bound on the sort key's stored bytes. */
export interface Bound {
  readonly operator: '=' | '<' | '<=' | '>' | '>=';
  readonly bytes: Buffer;
}

/** What a key condition asks for: one partition and a range of its sort keys. */
export interface KeyRange {
  readonly hash: Buffer;
  readonly bounds: readonly Bound[];
}

const unsupported = () => invalid('Query key condition not supported');

const parts = (condition: Condition): readonly Condition[] => {
  if (condition.kind === 'and') return [...parts(condition.left), ...parts(condition.right)];
  if (condition.kind !== 'or' && condition.kind !== 'not' && condition.kind !== 'in') return [condition];
  throw invalid(
    `Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`,
  );
};

const literal = (operand: Operand | undefined, { type }: KeyAttribute, scope: Scope): AttributeValue => {
  if (operand?.kind !== 'value') throw unsupported();
  const value = scope.value(operand.placeholder);
  if (typeOf(value) === type) return value;
  throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
};

const subjectPath = (condition: Condition): Path | undefined => {
  if (condition.kind === 'call') return condition.path;
  const subject = condition.kind === 'compare' ? condition.left : condition.kind === 'between' && condition.operand;
  return subject && subject.kind === 'path' ? subject.path : undefined;
};

const attributeOf = (condition: Condition, scope: Scope): string => {
  const path = subjectPath(condition);
  const [name, ...nested] = path ? scope.path(path) : [];
  if (typeof name !== 'string' || nested.length > 0) throw unsupported();
  return name;
};

const isBound = (comparator: Comparator): comparator is Bound['operator'] => comparator !== '<>';

const boundsOf = (condition: Condition, attribute: KeyAttribute, scope: Scope): readonly Bound[] => {
  const bytes = (operand: Operand | undefined): Buffer => sortable(literal(operand, attribute, scope));
  if (condition.kind === 'compare' && isBound(condition.comparator)) {
    return [{ operator: condition.comparator, bytes: bytes(condition.right) }];
  }
  if (condition.kind === 'between') {
    return [
      { operator: '>=', bytes: bytes(condition.low) },
      { operator: '<=', bytes: bytes(condition.high) },
    ];
  }
  if (condition.kind !== 'call' || condition.predicate !== 'begins_with' || attribute.type === 'N') throw unsupported();
  const prefix = bytes(condition.argument);
  const end = afterPrefix(prefix);
  return [{ operator: '>=', bytes: prefix }, ...(end ? [{ operator: '<' as const, bytes: end }] : [])];
};

/** Reads a key condition: equality on the partition key, and at most one condition on the sort key. */
export const keyRangeOf = (condition: Condition, schema: KeySchema, scope: Scope): KeyRange => {
  const conditions = parts(condition).map((part) => ({ part, name: attributeOf(part, scope) }));
  const onHash = conditions.filter(({ name }) => name === schema.hash.name);
  const onRange = conditions.filter(({ name }) => name === schema.range?.name);
  const [hash] = onHash;
  if (!hash) throw invalid(`Query condition missed key schema element: ${schema.hash.name}`);
  if (hash.part.kind !== 'compare' || hash.part.comparator !== '=') throw unsupported();
  if (onHash.length > 1 || onRange.length > 1) {
    throw invalid('Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key');
  }
  if (onHash.length + onRange.length < conditions.length) {
    throw invalid(`Query condition missed key schema element: ${schema.range?.name ?? schema.hash.name}`);
  }
  const range = onRange[0]?.part;
  return {
    hash: sortable(literal(hash.part.right, schema.hash, scope)),
    bounds: range && schema.range ? boundsOf(range, schema.range, scope) : [],
  };
};
