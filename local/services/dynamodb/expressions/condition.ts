import { openExpression, type Reader } from './reader.ts';
import type { Comparator, Condition, ExpressionMember, Operand, Parsed, Predicate } from './syntax.ts';

const OPERANDS: Readonly<Record<Predicate, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
const COMPARATORS: readonly Comparator[] = ['=', '<>', '<', '<=', '>', '>='];
const UPDATE_FUNCTIONS = ['if_not_exists', 'list_append'];
const MOST_CHOICES = 100;

const isPredicate = (name: string): name is Predicate => Object.hasOwn(OPERANDS, name);
const callAhead = (reader: Reader): string | undefined => (reader.peek(1) === '(' ? reader.peek() : undefined);

const misplaced = (reader: Reader, name: string) => {
  if (isPredicate(name)) {
    return reader.refuse(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }
  if (UPDATE_FUNCTIONS.includes(name)) {
    return reader.refuse(`The function is not allowed in a condition expression; function: ${name}`);
  }
  return reader.refuse(`Invalid function name; function: ${name}`);
};

const pathRequired = (reader: Reader, name: string) =>
  reader.refuse(`Operator or function requires a document path; operator or function: ${name}`);

const operand = (reader: Reader): Operand => {
  if (reader.peek()?.startsWith(':')) return { kind: 'value', placeholder: reader.value() };
  const called = callAhead(reader);
  if (called === undefined) return { kind: 'path', path: reader.path() };
  if (called !== 'size') throw misplaced(reader, called);
  reader.expect('size');
  reader.expect('(');
  if (reader.peek()?.startsWith(':')) throw pathRequired(reader, 'size');
  const path = reader.path();
  reader.expect(')');
  return { kind: 'size', path };
};

const call = (reader: Reader, predicate: Predicate): Condition => {
  reader.expect(predicate);
  reader.expect('(');
  const [subject, argument, ...surplus] = reader.list(() => operand(reader));
  reader.expect(')');
  const count = (argument ? 2 : 1) + surplus.length;
  if (count !== OPERANDS[predicate]) {
    throw reader.refuse(
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${predicate}, number of operands: ${count}`,
    );
  }
  if (subject?.kind !== 'path') throw pathRequired(reader, predicate);
  return argument
    ? { kind: 'call', predicate, path: subject.path, argument }
    : { kind: 'call', predicate, path: subject.path };
};

const choices = (reader: Reader): Operand[] => {
  reader.expect('(');
  const listed = reader.list(() => operand(reader));
  reader.expect(')');
  if (listed.length > MOST_CHOICES) {
    throw reader.refuse(
      'Incorrect number of operands for operator or function; ' +
        `operator or function: IN, number of operands: ${listed.length + 1}`,
    );
  }
  return listed;
};

const comparison = (reader: Reader): Condition => {
  const left = operand(reader);
  if (reader.take('IN')) return { kind: 'in', operand: left, choices: choices(reader) };
  if (reader.take('BETWEEN')) {
    const low = operand(reader);
    reader.expect('AND');
    return { kind: 'between', operand: left, low, high: operand(reader) };
  }
  const comparator = COMPARATORS.find((sign) => reader.peek() === sign);
  if (!comparator) throw reader.unexpected();
  reader.expect(comparator);
  return { kind: 'compare', comparator, left, right: operand(reader) };
};

/** Where the parentheses around a condition end. */
const groups = new WeakMap<Condition, number>();

const grouped = (reader: Reader): Condition => {
  reader.expect('(');
  const doubled = reader.peek() === '(';
  const inner = disjunction(reader);
  // `((a = :b))`: nothing but the inner group stood between the parentheses.
  if (doubled && groups.get(inner) === reader.position()) {
    throw reader.refuse('The expression has redundant parentheses;');
  }
  reader.expect(')');
  groups.set(inner, reader.position());
  return inner;
};

const negation = (reader: Reader): Condition => {
  if (reader.take('NOT')) return { kind: 'not', condition: negation(reader) };
  if (reader.peek() === '(') return grouped(reader);
  const called = callAhead(reader);
  return called !== undefined && isPredicate(called) ? call(reader, called) : comparison(reader);
};

const conjunction = (reader: Reader): Condition => {
  let condition = negation(reader);
  while (reader.take('AND')) condition = { kind: 'and', left: condition, right: negation(reader) };
  return condition;
};

const disjunction = (reader: Reader): Condition => {
  let condition = conjunction(reader);
  while (reader.take('OR')) condition = { kind: 'or', left: condition, right: conjunction(reader) };
  return condition;
};

/** Parses a condition, filter or key condition; a syntax error names the member and the place. */
export const parseCondition = (member: ExpressionMember, source: string): Parsed<Condition> => {
  const reader = openExpression(member, source);
  const tree = disjunction(reader);
  if (reader.peek() !== undefined) throw reader.unexpected();
  return { tree, names: reader.names, values: reader.values };
};
