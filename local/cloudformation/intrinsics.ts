import { LocalError } from '../local-error.ts';

/** What a template's expressions may refer to. Each member throws a sentence when the name is unknown. */
export interface Scope {
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  imported(exportName: string): unknown;
  /** What another stack, deployed before, puts out. */
  output(stack: string, name: string): unknown;
  condition(name: string): boolean;
}

const nothing = Symbol('AWS::NoValue');

type Resolve = (value: unknown) => unknown;
type Intrinsic = (argument: unknown, scope: Scope, resolve: Resolve) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => (name === 'AWS::NoValue' ? nothing : scope.ref(text(name))),
  'Fn::GetAtt': (target, scope) => scope.attribute(...attributePath(target)),
  'Fn::Join': (argument, _, resolve) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts)).map(text).join(text(separator));
  },
  'Fn::Split': (argument, _, resolve) => {
    const [separator, source] = list(argument);
    return text(resolve(source)).split(text(separator));
  },
  'Fn::Select': (argument, _, resolve) => {
    const [index, source] = list(argument);
    const chosen = list(resolve(source))[Number(resolve(index))];
    return chosen === undefined ? fail(`Fn::Select finds nothing at index ${String(index)}`) : chosen;
  },
  'Fn::Sub': (argument, scope, resolve) => substitute(argument, scope, resolve),
  'Fn::ImportValue': (name, scope, resolve) => scope.imported(text(resolve(name))),
  'Fn::GetStackOutput': (argument, scope, resolve) => {
    const { StackName, OutputName, Region, ...others } = Object(resolve(argument));
    const [other] = Object.keys(others);
    if (other) return fail(`Fn::GetStackOutput with ${other} is not supported`);
    if (Region !== undefined && Region !== scope.ref('AWS::Region')) return fail('there is no other region here');
    return scope.output(text(StackName), text(OutputName));
  },
  'Fn::If': (argument, scope, resolve) => {
    const [name, yes, no] = list(argument);
    return resolve(scope.condition(text(name)) ? yes : no);
  },
  'Fn::Equals': (argument, _, resolve) => {
    const [left, right] = list(argument).map(resolve);
    return String(left) === String(right);
  },
  'Fn::And': (argument, _, resolve) => list(argument).map(resolve).every(Boolean),
  'Fn::Or': (argument, _, resolve) => list(argument).map(resolve).some(Boolean),
  'Fn::Not': (argument, _, resolve) => !list(argument).map(resolve).some(Boolean),
  Condition: (name, scope) => scope.condition(text(name)),
};

/** Replaces every intrinsic function in `value` by what it stands for. */
export const resolveIntrinsics = (value: unknown, scope: Scope): unknown => {
  const resolve: Resolve = (inner) => resolveIntrinsics(inner, scope);
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== nothing);
  if (typeof value === 'string') return literal(value);
  if (!isObject(value)) return value;
  const call = intrinsicOf(value);
  if (call) return call.intrinsic(call.argument, scope, resolve);
  const members = Object.entries(value).map(([key, inner]) => [key, resolve(inner)] as const);
  return Object.fromEntries(members.filter(([, inner]) => inner !== nothing));
};

/** The names that `value` refers to with Ref, Fn::GetAtt and Fn::Sub: what has to be deployed before it. */
export const referencesIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  const call = intrinsicOf(value);
  if (call?.name === 'Ref') return [text(call.argument)];
  if (call?.name === 'Fn::GetAtt') return [attributePath(call.argument)[0]];
  const inner = Object.values(value).flatMap(referencesIn);
  if (call?.name !== 'Fn::Sub') return inner;
  const source = Array.isArray(call.argument) ? call.argument[0] : call.argument;
  return [...inner, ...placeholders(text(source)).map((name) => name.split('.')[0] ?? name)];
};

/** The names of the intrinsic functions in `value` that are not supported. */
export const unsupportedIntrinsics = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(unsupportedIntrinsics);
  if (!isObject(value)) return [];
  const [only, ...others] = Object.keys(value);
  const unknown = only?.startsWith('Fn::') && others.length === 0 && !(only in intrinsics) ? [only] : [];
  return [...unknown, ...Object.values(value).flatMap(unsupportedIntrinsics)];
};

const intrinsicOf = (value: Record<string, unknown>) => {
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [''];
  const intrinsic = entries.length === 1 && Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  // A policy statement has a member "Condition" of its own, which is an object and not a name.
  if (!intrinsic || (name === 'Condition' && typeof argument !== 'string')) return undefined;
  return { name, intrinsic, argument };
};

const substitute = (argument: unknown, scope: Scope, resolve: Resolve): string => {
  const [source, given] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isObject(given) ? given : {};
  return text(source).replace(/\$\{(!?)([^}]+)\}/g, (_, exclamation: string, name: string) => {
    if (exclamation) return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return text(resolve(variables[name]));
    const [logicalId, ...attribute] = name.split('.');
    return text(attribute.length ? scope.attribute(logicalId ?? '', attribute.join('.')) : scope.ref(name));
  });
};

const placeholders = (source: string): readonly string[] =>
  [...source.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name ?? '');

const literal = (value: string): string =>
  value.includes('{{resolve:') ? fail(`the dynamic reference "${value}" is not supported`) : value;

const attributePath = (target: unknown): [string, string] => {
  const [logicalId, ...name] = typeof target === 'string' ? target.split('.') : list(target).map(text);
  return [logicalId ?? '', name.join('.')];
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : fail('a list is expected'));

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : fail(`a text is expected, not ${JSON.stringify(value)}`);

const fail = (message: string): never => {
  throw new LocalError('DEPLOY_FAILED', message);
};
