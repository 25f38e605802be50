import { type EntityType, type Service, storedDigits } from './edm.ts';
import { badRequest, notSimulated, ODataError } from './error.ts';
import { literalOf, tokenize } from './filter-tokens.ts';

/** Key values in the order of the entity's keys. */
export type Key = readonly string[];

/** One step along a resource path. */
export interface Step {
  readonly entity: EntityType;
  /** Navigation by which it was reached; absent on the first step. */
  readonly via?: string;
  readonly key?: Key;
}

/** What a URL addresses inside a service. */
export type Resource =
  | { readonly kind: 'document' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'batch' }
  | { readonly kind: 'function'; readonly name: string; readonly entity: EntityType }
  | { readonly kind: 'entities'; readonly steps: readonly [Step, ...Step[]]; readonly count: boolean };

const noSegment = (segment: string) =>
  new ODataError(404, '005056A509B11EE1B9A8FEC11C21D78E', `Resource not found for the segment '${segment}'.`);

const noKey = (text: string, entity: EntityType) =>
  badRequest(`Invalid key predicate '${text}' for type ${entity.type}: keys are ${entity.keys.join(', ')}.`);

const keyValue = (tokens: ReturnType<typeof tokenize>, version: 2 | 4): string | undefined => {
  const [token] = tokens;
  if (tokens.length !== 1 || !token) return undefined;
  const literal = literalOf(token, version);
  return literal.kind === 'string' ? literal.value : undefined;
};

const asStored = (entity: EntityType, name: string, value: string): string => {
  const property = entity.properties[name];
  return property ? storedDigits(property, value) : value;
};

/** Key values by name, from `A='x',B='y'`. */
const namedKeys = (text: string, entity: EntityType, version: 2 | 4): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  for (const part of text.match(/[^,']*(?:'(?:[^']|'')*')?[^,']*/g) ?? []) {
    if (part === '') continue;
    const [, name = '', literal = ''] = /^\s*(\w+)\s*=\s*(.*)$/s.exec(part) ?? [];
    const value = keyValue(tokenize(literal), version);
    if (value === undefined || pairs.has(name) || !entity.keys.includes(name)) throw noKey(text, entity);
    pairs.set(name, value);
  }
  return pairs;
};

/** Reads what stands between the parentheses of a key predicate; only complete keys of strings exist here. */
const parseKey = (text: string, entity: EntityType, version: 2 | 4): Key => {
  const [onlyKey = ''] = entity.keys;
  const alone = text.startsWith("'") && entity.keys.length === 1;
  const values = alone ? new Map([[onlyKey, keyValue(tokenize(text), version)]]) : namedKeys(text, entity, version);
  return entity.keys.map((name) => {
    const value = values.get(name);
    if (value === undefined) throw noKey(text, entity);
    return asStored(entity, name, value);
  });
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`'${segment}' is not properly percent-encoded.`);
  }
};

const parseStep = (segment: string, service: Service, previous: Step | undefined): Step => {
  const [, name = '', predicate] = /^([^(]*)(?:\((.*)\))?$/s.exec(segment) ?? [];
  if (!previous) {
    const entity = Object.hasOwn(service.entities, name) ? service.entities[name] : undefined;
    if (!entity) throw noSegment(name);
    return predicate === undefined ? { entity } : { entity, key: parseKey(predicate, entity, service.version) };
  }
  const navigation = Object.hasOwn(previous.entity.navigations, name) ? previous.entity.navigations[name] : undefined;
  const entity = navigation && service.entities[navigation.target];
  if (!entity) {
    if (Object.hasOwn(previous.entity.properties, name)) throw notSimulated(`addressing a single property ('${name}')`);
    throw noSegment(name);
  }
  return predicate === undefined
    ? { entity, via: name }
    : { entity, via: name, key: parseKey(predicate, entity, service.version) };
};

/** Whether a step stands for one entity rather than a collection. */
export const isSingle = (step: Step, previous: Step | undefined): boolean =>
  step.key !== undefined || (step.via !== undefined && previous?.entity.navigations[step.via]?.many === false);

/** Parses the still encoded path below a service's root. */
export const parsePath = (path: string, service: Service): Resource => {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const [first] = segments;
  if (first === undefined) return { kind: 'document' };
  if (segments.length === 1 && first === '$metadata') return { kind: 'metadata' };
  if (segments.length === 1 && first === '$batch') return { kind: 'batch' };
  const called = segments.length === 1 ? service.functions?.[first] : undefined;
  const changed = called && service.entities[called.on];
  if (changed) return { kind: 'function', name: first, entity: changed };
  const count = segments.at(-1) === '$count';
  const steps: Step[] = [];
  for (const segment of count ? segments.slice(0, -1) : segments) {
    if (segment.startsWith('$')) throw notSimulated(`'${segment}'`);
    const previous = steps.at(-1);
    if (previous && !isSingle(previous, steps.at(-2))) throw noSegment(segment);
    steps.push(parseStep(segment, service, previous));
  }
  const [head, ...rest] = steps;
  if (!head) throw noSegment(first);
  return { kind: 'entities', steps: [head, ...rest], count };
};
