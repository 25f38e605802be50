import type { Path } from '../path.ts';
import { openExpression, type Reader } from './reader.ts';
import type { Assigned, Parsed, Update } from './syntax.ts';

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Clause = (typeof CLAUSES)[number];

const twoArguments = (reader: Reader, name: string): [Assigned, Assigned] => {
  reader.expect(name);
  reader.expect('(');
  const [first, second, ...surplus] = reader.list(() => term(reader));
  reader.expect(')');
  if (first && second && surplus.length === 0) return [first, second];
  const count = (second ? 2 : 1) + surplus.length;
  throw reader.refuse(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
};

const called = (reader: Reader, name: string): Assigned => {
  if (name === 'list_append') {
    const [first, second] = twoArguments(reader, name);
    return { kind: 'list_append', first, second };
  }
  if (name === 'if_not_exists') {
    const [first, otherwise] = twoArguments(reader, name);
    if (first.kind === 'path') return { kind: 'if_not_exists', path: first.path, otherwise };
    throw reader.refuse(`Operator or function requires a document path; operator or function: ${name}`);
  }
  throw reader.refuse(`Invalid function name; function: ${name}`);
};

const term = (reader: Reader): Assigned => {
  const token = reader.peek();
  if (token?.startsWith(':')) return { kind: 'value', placeholder: reader.value() };
  if (token !== undefined && reader.peek(1) === '(') return called(reader, token);
  return { kind: 'path', path: reader.path() };
};

const assigned = (reader: Reader): Assigned => {
  const left = term(reader);
  if (reader.take('+')) return { kind: 'plus', left, right: term(reader) };
  if (reader.take('-')) return { kind: 'minus', left, right: term(reader) };
  return left;
};

const assignment = (reader: Reader) => {
  const path = reader.path();
  reader.expect('=');
  return { path, value: assigned(reader) };
};

const clauseAhead = (reader: Reader): Clause => {
  const clause = CLAUSES.find((word) => reader.peek()?.toUpperCase() === word);
  if (!clause) throw reader.unexpected();
  reader.expect(clause);
  return clause;
};

/** Parses an update expression; each clause may stand once, in any order. */
export const parseUpdate = (source: string): Parsed<Update> => {
  const reader = openExpression('UpdateExpression', source);
  const pathAndValue = () => ({ path: reader.path(), placeholder: reader.value() });
  const clauses = {
    SET: (): Partial<Update> => ({ set: reader.list(() => assignment(reader)) }),
    REMOVE: (): Partial<Update> => ({ remove: reader.list(() => ({ path: reader.path() })) }),
    ADD: (): Partial<Update> => ({ add: reader.list(pathAndValue) }),
    DELETE: (): Partial<Update> => ({ delete: reader.list(pathAndValue) }),
  };
  const seen = new Set<Clause>();
  let tree: Update = { set: [], remove: [], add: [], delete: [] };
  while (reader.peek() !== undefined) {
    const clause = clauseAhead(reader);
    if (seen.has(clause)) {
      throw reader.refuse(`The "${clause}" section can only be used once in an update expression;`);
    }
    seen.add(clause);
    tree = { ...tree, ...clauses[clause]() };
  }
  return { tree, names: reader.names, values: reader.values };
};

/** Parses a projection: the paths that an answer is cut down to. */
export const parseProjection = (source: string): Parsed<readonly Path[]> => {
  const reader = openExpression('ProjectionExpression', source);
  const tree = reader.list(() => reader.path());
  if (reader.peek() !== undefined) throw reader.unexpected();
  return { tree, names: reader.names, values: reader.values };
};
