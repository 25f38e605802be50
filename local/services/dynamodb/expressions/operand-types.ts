import { type AttributeValue, setOf, typeOf } from '../attribute-value.ts';
import { compare } from '../comparison.ts';
import { invalid } from '../invalid.ts';
import type { Scope } from './scope.ts';
import type { Condition, ExpressionMember, Operand, Update } from './syntax.ts';

const ORDERED = ['S', 'N', 'B'];
const TYPES = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M'];

const literal = (operand: Operand | undefined, scope: Scope): AttributeValue | undefined =>
  operand?.kind === 'value' ? scope.value(operand.placeholder) : undefined;

const wrongType = (member: ExpressionMember, operator: string, value: AttributeValue) =>
  invalid(
    `Invalid ${member}: Incorrect operand type for operator or function; ` +
      `operator or function: ${operator}, operand type: ${typeOf(value)}`,
  );

const refuseUnordered = (
  member: ExpressionMember,
  operator: string,
  operands: readonly Operand[],
  scope: Scope,
): void => {
  for (const operand of operands) {
    const value = literal(operand, scope);
    if (value && !ORDERED.includes(typeOf(value))) throw wrongType(member, operator, value);
  }
};

const checkBounds = (member: ExpressionMember, condition: Condition & { kind: 'between' }, scope: Scope): void => {
  refuseUnordered(member, 'BETWEEN', [condition.operand, condition.low, condition.high], scope);
  const [low, high] = [literal(condition.low, scope), literal(condition.high, scope)];
  if (!low || !high) return;
  const refused = `Invalid ${member}: The BETWEEN operator requires `;
  if (typeOf(low) !== typeOf(high)) throw invalid(`${refused}same data type for lower and upper bounds`);
  if (compare(low, high) > 0) throw invalid(`${refused}upper bound to be greater than or equal to lower bound`);
};

const checkCall = (member: ExpressionMember, condition: Condition & { kind: 'call' }, scope: Scope): void => {
  const argument = literal(condition.argument, scope);
  if (!argument) return;
  if (condition.predicate === 'begins_with' && !('S' in argument || 'B' in argument)) {
    throw wrongType(member, 'begins_with', argument);
  }
  if (condition.predicate !== 'attribute_type') return;
  if (!('S' in argument)) throw wrongType(member, 'attribute_type', argument);
  if (!TYPES.includes(argument.S)) {
    throw invalid(`Invalid ${member}: Invalid attribute type name found; type: ${argument.S}, valid types: {${TYPES}}`);
  }
};

/** Refuses values of a type that their operator never takes, as DynamoDB does before it looks at any item. */
export const checkConditionTypes = (member: ExpressionMember, condition: Condition, scope: Scope): void => {
  if (condition.kind === 'and' || condition.kind === 'or') {
    checkConditionTypes(member, condition.left, scope);
    checkConditionTypes(member, condition.right, scope);
  }
  if (condition.kind === 'not') checkConditionTypes(member, condition.condition, scope);
  if (condition.kind === 'call') checkCall(member, condition, scope);
  if (condition.kind === 'between') checkBounds(member, condition, scope);
  if (condition.kind === 'compare' && condition.comparator !== '=' && condition.comparator !== '<>') {
    refuseUnordered(member, condition.comparator, [condition.left, condition.right], scope);
  }
};

const typeWords: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
};

const refuseOperand = (operator: string, value: AttributeValue, allowed: string): never => {
  const type = typeWords[typeOf(value)] ?? typeOf(value);
  throw invalid(
    'Invalid UpdateExpression: Incorrect operand type for operator or function; ' +
      `operator: ${operator}, operand type: ${type}, typeSet: ${allowed}`,
  );
};

/** Refuses an ADD of anything but a number or a set, and a DELETE of anything but a set. */
export const checkUpdateTypes = (update: Update, scope: Scope): void => {
  for (const { placeholder } of update.add) {
    const value = scope.value(placeholder);
    if (!('N' in value) && !setOf(value)) refuseOperand('ADD', value, 'ALLOWED_FOR_ADD_OPERAND');
  }
  for (const { placeholder } of update.delete) {
    const value = scope.value(placeholder);
    if (!setOf(value)) refuseOperand('DELETE', value, 'ALLOWED_FOR_DELETE_OPERAND');
  }
};
