import { marshall } from '@aws-sdk/util-dynamodb';

/** The parts of one UpdateItem as they are collected; a path is written as `held.a1`. */
export interface Expression {
  /** The path, made of placeholders. */
  name(path: string): string;
  /** A placeholder of the value. */
  value(value: unknown): string;
  /** Sets the path, or removes it where the value is undefined. */
  assign(path: string, value: unknown): void;
  /** An assignment in the language of expressions. */
  set(assignment: string): void;
  when(...conditions: readonly string[]): void;
}

/** Collects what one conditional update does. Placeholders are short: an expression has 4 KB. */
export function expressionOf(collect: (expression: Expression) => void) {
  const names: string[] = [];
  const values: unknown[] = [];
  const parts = { set: [] as string[], remove: [] as string[], when: [] as string[] };
  const nameOf = (part: string): string => {
    if (!names.includes(part)) names.push(part);
    return `#${names.indexOf(part)}`;
  };
  const name = (path: string): string => path.split('.').map(nameOf).join('.');
  const value = (given: unknown): string => `:${values.push(given) - 1}`;
  collect({
    ...{ name, value },
    assign: (path, given) =>
      void (given === undefined ? parts.remove.push(name(path)) : parts.set.push(`${name(path)} = ${value(given)}`)),
    set: (assignment) => void parts.set.push(assignment),
    when: (...conditions) => void parts.when.push(...conditions),
  });
  const clauses = [
    parts.set.length > 0 && `SET ${parts.set.join(', ')}`,
    parts.remove.length > 0 && `REMOVE ${parts.remove.join(', ')}`,
  ];
  return {
    UpdateExpression: clauses.filter(Boolean).join(' '),
    ConditionExpression: parts.when.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((part, n) => [`#${n}`, part])),
    ...(values.length > 0 && {
      ExpressionAttributeValues: marshall(Object.fromEntries(values.map((given, n) => [`:${n}`, given])), {
        removeUndefinedValues: true,
      }),
    }),
  };
}
