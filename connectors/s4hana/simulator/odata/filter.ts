import Big from 'big.js';
import type { Row, Scalar } from '../../../../lib/simulation/state.ts';
import { type EntityType, fieldOf, type Property, storedDigits } from './edm.ts';
import { badRequest, notSimulated } from './error.ts';
import { type Literal, literalOf, type Token, tokenize } from './filter-tokens.ts';

type Test = (row: Row) => boolean;

interface Reader {
  readonly entity: EntityType;
  readonly version: 2 | 4;
  peek(): Token | undefined;
  next(): Token;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** Substring functions with the order of their arguments: V2's substringof has the value first. */
const functions: Readonly<Record<string, { version?: 2 | 4; test(whole: string, part: string): boolean }>> = {
  substringof: { version: 2, test: (whole, part) => whole.includes(part) },
  contains: { version: 4, test: (whole, part) => whole.includes(part) },
  startswith: { test: (whole, part) => whole.startsWith(part) },
  endswith: { test: (whole, part) => whole.endsWith(part) },
};

const propertyOf = (reader: Reader, token: Token): Property => {
  if (token.kind !== 'name') throw badRequest(`Invalid filter: a property was expected before '${token.text}'.`);
  if (token.text.includes('/')) throw notSimulated(`$filter over a navigation ('${token.text}')`);
  const property = Object.hasOwn(reader.entity.properties, token.text)
    ? reader.entity.properties[token.text]
    : undefined;
  if (!property) throw badRequest(`Property ${token.text} not found in type ${reader.entity.type}.`, token.text);
  return property;
};

const literalKinds: Readonly<Record<Property['edm'], readonly Literal['kind'][]>> = {
  String: ['string'],
  Decimal: ['number'],
  Int32: ['number'],
  Boolean: ['boolean'],
  Date: ['date'],
  Timestamp: ['timestamp'],
  Time: ['time'],
};

const operand = (property: Property, name: string, literal: Literal): Scalar => {
  if (literal.kind === 'null') return null;
  if (!literalKinds[property.edm].includes(literal.kind)) {
    throw badRequest(
      `Invalid filter: property ${name} of type Edm.${property.edm} cannot be compared with ${literal.text}.`,
      name,
    );
  }
  return typeof literal.value === 'string' ? storedDigits(property, literal.value) : literal.value;
};

const order = (property: Property, left: Scalar, right: Scalar): number => {
  if (left === null || right === null) return left === right ? 0 : Number.NaN;
  if (property.edm === 'Decimal' || property.edm === 'Int32') return new Big(String(left)).cmp(String(right));
  return left === right ? 0 : left < right ? -1 : 1;
};

const expect = (reader: Reader, text: string) => {
  const token = reader.peek();
  if (token?.kind !== 'mark' || token.text !== text)
    throw badRequest(`Invalid filter: '${text}' expected${token ? ` before '${token.text}'` : ' at its end'}.`);
  reader.next();
};

const call = (reader: Reader, name: string): Test => {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known || (known.version !== undefined && known.version !== reader.version))
    throw notSimulated(`the filter function '${name}'`);
  expect(reader, '(');
  const first = reader.next();
  expect(reader, ',');
  const second = reader.next();
  expect(reader, ')');
  const [whole, part] = name === 'substringof' ? [second, first] : [first, second];
  const property = propertyOf(reader, whole);
  const literal = literalOf(part, reader.version);
  if (property.edm !== 'String' || literal.kind !== 'string')
    throw badRequest(`Invalid filter: ${name} takes a string property and a string.`);
  const test: Test = (row) => known.test(String(fieldOf(reader.entity, row, whole.text) ?? ''), literal.value);
  return compareWithBoolean(reader, test);
};

/** `startswith(...) eq true` is how V2 clients often write it. */
const compareWithBoolean = (reader: Reader, test: Test): Test => {
  const token = reader.peek();
  if (token?.kind !== 'name' || (token.text !== 'eq' && token.text !== 'ne')) return test;
  reader.next();
  const literal = literalOf(reader.next(), reader.version);
  if (literal.kind !== 'boolean') throw badRequest('Invalid filter: a function is compared with true or false only.');
  const wanted = literal.value === (token.text === 'eq');
  return (row) => test(row) === wanted;
};

const comparison = (reader: Reader): Test => {
  const name = reader.next();
  if (name.kind === 'name' && reader.peek()?.text === '(') return call(reader, name.text);
  const property = propertyOf(reader, name);
  const operator = reader.peek();
  const compare = operator && Object.hasOwn(comparisons, operator.text) ? comparisons[operator.text] : undefined;
  if (!compare) {
    if (property.edm === 'Boolean') return (row) => fieldOf(reader.entity, row, name.text) === true;
    throw badRequest(`Invalid filter: a comparison was expected after '${name.text}'.`);
  }
  reader.next();
  const right = operand(property, name.text, literalOf(reader.next(), reader.version));
  return (row) => compare(order(property, fieldOf(reader.entity, row, name.text), right));
};

const unary = (reader: Reader): Test => {
  const token = reader.peek();
  if (token?.kind === 'name' && token.text === 'not') {
    reader.next();
    const test = unary(reader);
    return (row) => !test(row);
  }
  if (token?.kind !== 'mark') return comparison(reader);
  expect(reader, '(');
  const test = either(reader);
  expect(reader, ')');
  return test;
};

const chain = (reader: Reader, word: string, part: (reader: Reader) => Test): Test[] => {
  const tests = [part(reader)];
  while (reader.peek()?.kind === 'name' && reader.peek()?.text === word) {
    reader.next();
    tests.push(part(reader));
  }
  return tests;
};

const both = (reader: Reader): Test => {
  const tests = chain(reader, 'and', unary);
  return (row) => tests.every((test) => test(row));
};

const either = (reader: Reader): Test => {
  const tests = chain(reader, 'or', both);
  return (row) => tests.some((test) => test(row));
};

/** Compiles `$filter` into a test of stored records; what is unknown or ill-typed is a 400 that names it. */
export const compileFilter = (filter: string, entity: EntityType, version: 2 | 4): Test => {
  const tokens = tokenize(filter);
  let at = 0;
  const reader: Reader = {
    entity,
    version,
    peek: () => tokens[at],
    next: () => {
      const token = tokens[at++];
      if (!token) throw badRequest('Invalid filter: it ends too early.');
      return token;
    },
  };
  const test = either(reader);
  const rest = reader.peek();
  if (rest) throw badRequest(`Invalid filter: unexpected '${rest.text}'.`);
  return test;
};
