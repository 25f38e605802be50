import jsonata from 'jsonata';
import { type ExpressionSources, registerFunctions } from './expression-functions.ts';
import { queryError } from './state-error.ts';

/** What expressions can read. */
export interface Scope {
  /** How a failure names its place, such as "while executing the state 'Ask' (entered at the event id #2)". */
  place(): string;
  /** The name of the state. */
  readonly state: string;
  /** The reserved variable `$states`. */
  readonly states: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Replaces every expression in a JSON value by its result; `field` names the value in failures. Errors: `StateError`. */
export type Evaluate = (template: unknown, field: string, scope: Scope) => Promise<unknown>;

/** AWS gives an expression one second, and an unspecified depth and amount of memory. */
const limits = { timeout: 1_000, stack: 500, sequence: 1_000_000 };

/** The JSONata in a string `{% ... %}`; nothing for any other string. Errors: a `SyntaxError` for one that is not closed. */
export const expressionIn = (text: string): string | undefined => {
  const [opens, closes] = [text.startsWith('{%'), text.endsWith('%}') && text.length >= 4];
  if (opens && closes) return text.slice(2, -2);
  if (opens || closes) throw new SyntaxError('an expression starts with {% and ends with %}');
  return undefined;
};

/** Reads an expression. Errors: a `SyntaxError` that quotes it. */
export const compile = (source: string): jsonata.Expression => {
  try {
    return jsonata(source, limits);
  } catch (error) {
    throw new SyntaxError(`the JSONata expression '${source.trim()}' cannot be read: ${Object(error).message}`);
  }
};

/** Evaluates with JSONata's reference implementation, Step Functions' functions and the given time and randomness. */
export const evaluator = (sources: ExpressionSources): Evaluate => {
  const compiled = new Map<string, jsonata.Expression>();
  const inTurn = oneAtATime();
  const expressionOf = (source: string): jsonata.Expression => {
    const known = compiled.get(source);
    if (known) return known;
    const expression = compile(source);
    registerFunctions(expression, sources);
    compiled.set(source, expression);
    return expression;
  };
  const result = async (source: string, field: string, { states, variables, place }: Scope): Promise<unknown> => {
    const failed = (how: string) => {
      const expression = `The JSONata expression '${source.trim()}' specified for the field '${field}'`;
      return queryError(`An error occurred ${place()}. ${expression} ${how}`, field);
    };
    try {
      const expression = expressionOf(source);
      const value = toJson(await inTurn(() => expression.evaluate(undefined, { ...variables, states })));
      if (value !== undefined) return value;
    } catch (error) {
      const { code, message } = Object(error);
      throw failed(`threw an error during evaluation. ${code === undefined ? '' : `${code}: `}${message}`);
    }
    throw failed('returned nothing (undefined).');
  };
  const evaluate: Evaluate = async (template, field, scope) => {
    if (typeof template === 'string') {
      const source = expressionIn(template);
      return source === undefined ? template : result(source, field, scope);
    }
    if (Array.isArray(template)) {
      return Promise.all(template.map((one, at) => evaluate(one, `${field}[${at}]`, scope)));
    }
    if (typeof template !== 'object' || template === null) return template;
    const members = Object.entries(template).map(
      async ([name, one]) => [name, await evaluate(one, `${field}/${name}`, scope)] as const,
    );
    return Object.fromEntries(await Promise.all(members));
  };
  return evaluate;
};

/** Expressions that take turns have their time for themselves: their limit would else count what others take. */
const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
};

/** A result as plain JSON: JSONata's arrays carry marks of their own, and a function or an infinite number is no JSON. */
const toJson = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('the result is not a finite number');
  if (typeof value === 'function') throw new TypeError('the result contains a function');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) {
    throw new TypeError('the result contains a function');
  }
  const members = Object.entries(value).map(([name, one]) => [name, toJson(one)] as const);
  return Object.fromEntries(members.filter(([, one]) => one !== undefined));
};

/** Evaluates a field that has to be a number, a text or a truth value. Errors: a `StateError` that says what was found. */
export const evaluateAs = async <const T extends 'number' | 'string' | 'boolean'>(
  evaluate: Evaluate,
  type: T,
  [template, field, scope]: Parameters<Evaluate>,
): Promise<{ number: number; string: string; boolean: boolean }[T]> => {
  const value = await evaluate(template, field, scope);
  if (isOf(value, type)) return value;
  throw queryError(
    `An error occurred ${scope.place()}. The field '${field}' must be a ${type}, not ${JSON.stringify(value)}.`,
    field,
  );
};

const isOf = <T extends 'number' | 'string' | 'boolean'>(
  value: unknown,
  type: T,
): value is { number: number; string: string; boolean: boolean }[T] => typeof value === type;
