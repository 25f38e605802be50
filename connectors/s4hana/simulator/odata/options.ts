import type { Row } from '../../../../lib/simulation/state.ts';
import type { EntityType, Service } from './edm.ts';
import { badRequest, notSimulated } from './error.ts';
import { compileFilter } from './filter.ts';

/** What of an entity is shown: properties (undefined = all) and expanded navigations. */
export interface Shape {
  readonly select: ReadonlySet<string> | undefined;
  readonly expand: ReadonlyMap<string, Shape>;
}

/** The query options of one request, checked against the entity. */
export interface Query {
  readonly test: ((row: Row) => boolean) | undefined;
  readonly orderBy: readonly { readonly property: string; readonly descending: boolean }[];
  readonly top: number | undefined;
  readonly skip: number;
  readonly skipToken: number;
  readonly count: boolean;
  readonly shape: Shape;
}

const known: Readonly<Record<2 | 4, readonly string[]>> = {
  2: ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$skiptoken', '$inlinecount', '$format'],
  4: ['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$skiptoken', '$count', '$format'],
};

/** Reads the query string; a system query option that is unknown or given twice is a 400. */
export const parseQueryString = (query: string, version: 2 | 4): ReadonlyMap<string, string> => {
  const options = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!name.startsWith('$')) continue;
    if (!known[version].includes(name))
      throw badRequest(`The query option '${name}' is not known in OData V${version}.`);
    if (options.has(name)) throw badRequest(`The query option '${name}' is given twice.`);
    options.set(name, value);
  }
  return options;
};

const wholeNumber = (name: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw badRequest(`The query option '${name}' takes a whole number.`);
  return Number(value);
};

const targetOf = (service: Service, entity: EntityType, name: string): EntityType => {
  const navigation = Object.hasOwn(entity.navigations, name) ? entity.navigations[name] : undefined;
  const target = navigation && service.entities[navigation.target];
  if (!target) throw badRequest(`Navigation property ${name} not found in type ${entity.type}.`, name);
  return target;
};

interface Draft {
  select: Set<string> | undefined;
  readonly expand: Map<string, Draft>;
}

const emptyDraft = (): Draft => ({ select: undefined, expand: new Map() });

const selectProperty = (entity: EntityType, draft: Draft, name: string) => {
  if (name !== '*' && !Object.hasOwn(entity.properties, name) && !Object.hasOwn(entity.navigations, name)) {
    throw badRequest(`Property ${name} not found in type ${entity.type}.`, name);
  }
  draft.select ??= new Set();
  for (const property of name === '*' ? Object.keys(entity.properties) : [name]) draft.select.add(property);
};

const list = (value: string | undefined): string[] =>
  value === undefined ? [] : value.split(',').map((part) => part.trim());

/** V2: both options name paths from the root, `to_Item/to_ScheduleLine`. */
const shapeV2 = (service: Service, entity: EntityType, options: ReadonlyMap<string, string>): Shape => {
  const root = emptyDraft();
  const walk = (path: readonly string[], open: boolean) => {
    let at = { entity, draft: root };
    for (const name of path) {
      const target = targetOf(service, at.entity, name);
      const draft = at.draft.expand.get(name) ?? emptyDraft();
      if (!open && !at.draft.expand.has(name)) throw badRequest(`'${name}' is selected but not expanded.`, name);
      at.draft.expand.set(name, draft);
      at = { entity: target, draft };
    }
    return at;
  };
  for (const path of list(options.get('$expand'))) walk(path.split('/'), true);
  for (const path of list(options.get('$select'))) {
    const names = path.split('/');
    const { entity: owner, draft } = walk(names.slice(0, -1), false);
    selectProperty(owner, draft, names.at(-1) ?? '');
  }
  return root;
};

/** Splits on `separator` where no parenthesis and no quote is open. */
const split = (value: string, separator: string): string[] => {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (const char of value) {
    if (char === "'") quoted = !quoted;
    if (!quoted && char === '(') depth += 1;
    if (!quoted && char === ')') depth -= 1;
    if (char === separator && depth === 0 && !quoted) parts.push('');
    else parts.push(`${parts.pop()}${char}`);
  }
  return parts.map((part) => part.trim());
};

/** V4: options of an expanded navigation stand in parentheses behind it. */
const shapeV4 = (service: Service, entity: EntityType, options: ReadonlyMap<string, string>): Shape => {
  const draft = emptyDraft();
  const expand = new Map<string, Shape>();
  for (const name of list(options.get('$select'))) selectProperty(entity, draft, name);
  const given = options.get('$expand');
  for (const item of given === undefined ? [] : split(given, ',')) {
    const [, name = '', inner] = /^(\w+)(?:\((.*)\))?$/s.exec(item) ?? [];
    const target = targetOf(service, entity, name);
    const nested = new Map(
      split(inner ?? '', ';')
        .filter((part) => part !== '')
        .map((part) => [part.replace(/=.*$/s, ''), part.replace(/^[^=]*=/, '')] as const),
    );
    for (const option of nested.keys()) {
      if (option !== '$select' && option !== '$expand') throw notSimulated(`'${option}' inside $expand`);
    }
    expand.set(name, shapeV4(service, target, nested));
  }
  return { select: draft.select, expand };
};

const orderBy = (entity: EntityType, value: string | undefined): Query['orderBy'] =>
  list(value).map((part) => {
    const [, property = '', direction] = /^(\w+)(?:\s+(asc|desc))?$/.exec(part) ?? [];
    if (!Object.hasOwn(entity.properties, property))
      throw badRequest(`Property ${part} not found in type ${entity.type}.`, part);
    return { property, descending: direction === 'desc' };
  });

const counted = (options: ReadonlyMap<string, string>): boolean => {
  const value = options.get('$inlinecount') ?? options.get('$count');
  if (value !== undefined && !['allpages', 'none', 'true', 'false'].includes(value))
    throw badRequest(`'${value}' is not a way to count.`);
  return value === 'allpages' || value === 'true';
};

/** Checks the query options against the entity that they are for. */
export const parseOptions = (service: Service, entity: EntityType, options: ReadonlyMap<string, string>): Query => {
  const filter = options.get('$filter');
  return {
    test: filter === undefined ? undefined : compileFilter(filter, entity, service.version),
    orderBy: orderBy(entity, options.get('$orderby')),
    top: wholeNumber('$top', options.get('$top')),
    skip: wholeNumber('$skip', options.get('$skip')) ?? 0,
    skipToken: wholeNumber('$skiptoken', options.get('$skiptoken')) ?? 0,
    count: counted(options),
    shape: (service.version === 2 ? shapeV2 : shapeV4)(service, entity, options),
  };
};
