import type { Scalar } from '../../../../lib/simulation/state.ts';
import type { EntityType, Property, Service } from './edm.ts';
import { badRequest } from './error.ts';
import { type Dialect, fromJson } from './values.ts';

/** A body that passed the metadata's checks: stored field names with values, and children by their table. */
export interface Tree {
  readonly values: Readonly<Record<string, Scalar>>;
  readonly children: Readonly<Record<string, readonly Tree[]>>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** V2 clients write children as an array or as `{ "results": [...] }`, a single one as an object. */
const childList = (name: string, value: unknown, { service: { version }, entity }: Context): readonly unknown[] => {
  if (entity.navigations[name]?.many === false) return [value];
  if (Array.isArray(value)) return value;
  if (version === 2 && isObject(value) && Array.isArray(value['results'])) return value['results'];
  throw badRequest(`Navigation property ${name} takes a list.`, name);
};

const isAnnotation = (name: string, version: 2 | 4): boolean =>
  version === 2 ? name === '__metadata' : name.includes('@');

/** V4 takes an amount only together with its currency, a quantity only together with its unit (KBA 3360429). */
const checkCompanions = (json: Readonly<Record<string, unknown>>, entity: EntityType) => {
  for (const name of Object.keys(json)) {
    const property = entity.properties[name];
    const companion = property?.currency ?? property?.unit;
    if (companion !== undefined && !Object.hasOwn(json, companion))
      throw badRequest(`Property '${name}' needs property '${companion}'.`, companion);
  }
};

interface Context {
  readonly service: Service;
  readonly entity: EntityType;
  readonly dialect: Dialect;
  readonly creating: boolean;
}

/** The entity that a member holds one or a list of, where a deep insert may bring it along. */
const childrenOf = ({ service, entity, creating }: Context, name: string): EntityType | undefined => {
  const navigation = Object.hasOwn(entity.navigations, name) ? entity.navigations[name] : undefined;
  return creating && (navigation?.many || navigation?.inserted) ? service.entities[navigation.target] : undefined;
};

const settable = ({ entity, creating }: Context, name: string): Property => {
  const property = Object.hasOwn(entity.properties, name) ? entity.properties[name] : undefined;
  if (!property) throw badRequest(`Property '${name}' is invalid for type ${entity.type}.`, name);
  if (!property.computed && (creating || !property.fixed)) return property;
  throw badRequest(`Property '${name}' cannot be ${creating ? 'set' : 'changed'}.`, name);
};

/** Checks one JSON object against an entity type; `creating` decides which properties may be given. */
export const readPayload = (json: unknown, context: Context): Tree => {
  const { service, entity, dialect } = context;
  if (!isObject(json)) throw badRequest(`A JSON object of type ${entity.type} was expected.`);
  const values: Record<string, Scalar> = {};
  const children: Record<string, readonly Tree[]> = {};
  for (const [name, value] of Object.entries(json)) {
    if (isAnnotation(name, service.version)) continue;
    const child = childrenOf(context, name);
    if (child) {
      const list = childList(name, value, context);
      children[child.table] = list.map((each) => readPayload(each, { ...context, entity: child }));
      continue;
    }
    const property = settable(context, name);
    values[property.column ?? name] = fromJson(name, property, value, dialect);
  }
  if (service.version === 4) checkCompanions(json, entity);
  return { values, children };
};
