import type { Row } from '../../../../lib/simulation/state.ts';
import type { EntityType, Service } from './edm.ts';
import { badRequest } from './error.ts';
import { compileFilter } from './filter.ts';
import { list, type Shape, shapeV2, shapeV4 } from './shape.ts';

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
