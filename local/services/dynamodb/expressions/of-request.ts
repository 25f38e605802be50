import { type Item, readItem } from '../attribute-value.ts';
import { invalid } from '../invalid.ts';
import type { Path } from '../path.ts';
import { parseCondition } from './condition.ts';
import { checkConditionTypes, checkUpdateTypes } from './operand-types.ts';
import { openScope, type Scope } from './scope.ts';
import type { Condition, ExpressionMember, Parsed, Update } from './syntax.ts';
import { parseProjection, parseUpdate } from './update.ts';

/** The expressions of one request, parsed and tied to its placeholders. */
export interface RequestExpressions {
  readonly condition?: Condition;
  readonly filter?: Condition;
  readonly keyCondition?: Condition;
  readonly update?: Update;
  readonly projection?: readonly Path[];
  readonly scope: Scope;
}

const MOST_KEPT = 1000;

/** Each distinct text is parsed once; the product has a few dozen of them. */
const parsedOnce = <T>(parse: (source: string) => Parsed<T>): ((source: string) => Parsed<T>) => {
  const kept = new Map<string, Parsed<T>>();
  return (source) => {
    const known = kept.get(source);
    if (known) return known;
    const parsed = parse(source);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(source, parsed);
    return parsed;
  };
};

const parsers = {
  ConditionExpression: parsedOnce((source) => parseCondition('ConditionExpression', source)),
  FilterExpression: parsedOnce((source) => parseCondition('FilterExpression', source)),
  KeyConditionExpression: parsedOnce((source) => parseCondition('KeyConditionExpression', source)),
  UpdateExpression: parsedOnce(parseUpdate),
  ProjectionExpression: parsedOnce(parseProjection),
};

const definitions = (
  input: Record<string, unknown>,
  member: 'ExpressionAttributeNames' | 'ExpressionAttributeValues',
  key: RegExp,
  used: boolean,
): object => {
  const given = input[member];
  if (given === undefined) return {};
  if (!used) throw invalid(`${member} can only be specified when using expressions`);
  if (typeof given !== 'object' || given === null) throw invalid(`${member} must be a map`);
  const keys = Object.keys(given);
  if (keys.length === 0) throw invalid(`${member} must not be empty`);
  const wrong = keys.find((name) => !key.test(name));
  if (wrong !== undefined) throw invalid(`${member} contains invalid key: Syntax error; key: "${wrong}"`);
  return given;
};

const readNames = (given: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([placeholder, name]) => {
      if (typeof name === 'string' && name !== '') return [placeholder, name];
      throw invalid(`ExpressionAttributeNames contains invalid value: Empty or missing name for key ${placeholder}`);
    }),
  );

const parse = <T>(
  input: Record<string, unknown>,
  member: ExpressionMember,
  parser: (source: string) => Parsed<T>,
): Parsed<T> | undefined => {
  const source = input[member];
  if (source === undefined) return undefined;
  if (typeof source !== 'string') throw invalid(`${member} must be a string`);
  return parser(source);
};

/** Reads every expression that a request carries; refuses undefined and unused placeholders and operands of a wrong type. */
export const expressionsOf = (input: Record<string, unknown>): RequestExpressions => {
  const condition = parse(input, 'ConditionExpression', parsers.ConditionExpression);
  const filter = parse(input, 'FilterExpression', parsers.FilterExpression);
  const keyCondition = parse(input, 'KeyConditionExpression', parsers.KeyConditionExpression);
  const update = parse(input, 'UpdateExpression', parsers.UpdateExpression);
  const projection = parse(input, 'ProjectionExpression', parsers.ProjectionExpression);
  const given = {
    ConditionExpression: condition,
    FilterExpression: filter,
    KeyConditionExpression: keyCondition,
    UpdateExpression: update,
    ProjectionExpression: projection,
  };
  const used = Object.values(given).some((expression) => expression !== undefined);
  const names = readNames(definitions(input, 'ExpressionAttributeNames', /^#[A-Za-z0-9_]+$/, used));
  const values: Item = readItem(definitions(input, 'ExpressionAttributeValues', /^:[A-Za-z0-9_]+$/, used));
  const scope = openScope(given, names, values);
  if (condition) checkConditionTypes('ConditionExpression', condition.tree, scope);
  if (filter) checkConditionTypes('FilterExpression', filter.tree, scope);
  if (keyCondition) checkConditionTypes('KeyConditionExpression', keyCondition.tree, scope);
  if (update) checkUpdateTypes(update.tree, scope);
  return {
    scope,
    condition: condition?.tree,
    filter: filter?.tree,
    keyCondition: keyCondition?.tree,
    update: update?.tree,
    projection: projection?.tree,
  };
};
