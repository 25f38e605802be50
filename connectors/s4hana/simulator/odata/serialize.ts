import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { columnOf, type EntityType, type Service } from './edm.ts';
import type { Shape } from './shape.ts';
import { type Dialect, toJson } from './values.ts';
import { createNavigator, shownKeys, type View } from './view.ts';

/** What writing entities as JSON needs to know of the request. */
export interface Output {
  readonly service: Service;
  readonly dialect: Dialect;
  readonly view: View;
  /** The service's root as the client addressed it, without a slash at the end. */
  readonly rootUrl: string;
}

type Json = Record<string, unknown>;

const quoted = (value: string) => `'${encodeURIComponent(value.replaceAll("'", "''"))}'`;

/** The key predicate by which a record is addressed, percent-encoded. */
export const keyPredicate = (entity: EntityType, row: Row, version: 2 | 4): string => {
  const values = shownKeys(entity, row, version).map(([name, value]) => [name, quoted(value)] as const);
  const [only] = values;
  return values.length === 1 && only
    ? `(${only[1]})`
    : `(${values.map(([name, value]) => `${name}=${value}`).join(',')})`;
};

/** The address of a record. */
export const urlOf = ({ rootUrl, service }: Output, entity: EntityType, row: Row): string =>
  `${rootUrl}/${entity.set}${keyPredicate(entity, row, service.version)}`;

/** The ETag of a record, where its entity has one. */
export const etagOf = (view: View, service: Service, entity: EntityType, row: Row): string | undefined => {
  if (!entity.etag) return undefined;
  const { column, root } = entity.etag;
  const owner = root === undefined ? row : view.row(root, recordKey(row[columnOf(entity, entity.keys[0] ?? '')] ?? ''));
  const stamp = String(owner?.[column] ?? '');
  if (service.version === 2 && entity.properties[column]?.edm === 'String') return `W/"'${stamp}'"`;
  if (service.version === 2) return `W/"datetimeoffset'${encodeURIComponent(stamp)}'"`;
  const digits = stamp.replace(/\D/g, '');
  return `W/"SADL-0${digits}C~${digits}"`;
};

const metadataV2 = (output: Output, entity: EntityType, row: Row): Json => {
  const uri = urlOf(output, entity, row);
  const etag = etagOf(output.view, output.service, entity, row);
  return { id: uri, uri, type: `${output.service.namespace}.${entity.type}`, ...(etag !== undefined && { etag }) };
};

/** Returns a function that writes records of any entity of the service in one shape after the other. */
export const createSerializer = (output: Output) => {
  const { service, dialect, view } = output;
  const follow = createNavigator(service, view);

  const expanded = (entity: EntityType, row: Row, name: string, shape: Shape): unknown => {
    const navigation = entity.navigations[name];
    const target = navigation && service.entities[navigation.target];
    if (!navigation || !target) return null;
    const found = follow(entity, row, name).map((each) => serialize(target, each, shape));
    if (!navigation.many) return found[0] ?? null;
    return service.version === 2 ? { results: found } : found;
  };

  const serialize = (entity: EntityType, row: Row, shape: Shape): Json => {
    const shown = (name: string) => shape.select === undefined || shape.select.has(name);
    const json: Json = {};
    if (service.version === 2) json['__metadata'] = metadataV2(output, entity, row);
    const etag = etagOf(view, service, entity, row);
    if (service.version === 4 && etag !== undefined) json['@odata.etag'] = etag;
    for (const name of Object.keys(entity.properties)) if (shown(name)) json[name] = toJson(entity, row, name, dialect);
    for (const name of Object.keys(entity.navigations)) {
      const inner = shape.expand.get(name);
      if (inner) json[name] = expanded(entity, row, name, inner);
      else if (service.version === 2 && shown(name))
        json[name] = { __deferred: { uri: `${urlOf(output, entity, row)}/${name}` } };
    }
    return json;
  };
  return serialize;
};
