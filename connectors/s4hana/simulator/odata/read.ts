import Big from 'big.js';
import type { Reply } from '../../../../lib/simulation/server.ts';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { columnOf, type EntityType, fieldOf, type Service } from './edm.ts';
import { ODataError } from './error.ts';
import { parseOptions, parseQueryString, type Query } from './options.ts';
import { isSingle, type Resource, type Step } from './path.ts';
import { createSerializer, etagOf, type Output } from './serialize.ts';
import { createNavigator, type View } from './view.ts';

/** Rows of one page; clients follow the next link for more. */
export const PAGE_SIZE = 100;

type Entities = Extract<Resource, { kind: 'entities' }>;

/** What a path leads to: one record or a collection, of which entity. */
export interface Located {
  readonly entity: EntityType;
  readonly single: boolean;
  readonly rows: readonly Row[];
}

const notFound = (entity: EntityType) =>
  new ODataError(404, '/IWBEP/CM_MGW_RT/020', `Resource not found for segment '${entity.type}'.`);

const byKey = (step: Step, rows: readonly Row[]): readonly Row[] => {
  const { entity, key } = step;
  return key === undefined
    ? rows
    : rows.filter((row) => entity.keys.every((name, index) => row[columnOf(entity, name)] === key[index]));
};

/** Follows a path through the records; 404 where one of its single entities does not exist. */
export const locate = (service: Service, view: View, { steps }: Entities): Located => {
  const follow = createNavigator(service, view);
  const [first] = steps;
  const direct = first.key && view.row(first.entity.table, recordKey(...first.key));
  let rows = first.key ? (direct ? [direct] : []) : view.rows(first.entity.table);
  let previous: Step | undefined;
  for (const step of steps) {
    const [parent] = rows;
    if (previous && step.via !== undefined && parent) rows = byKey(step, follow(previous.entity, parent, step.via));
    if (isSingle(step, previous) && rows.length === 0) throw notFound(step.entity);
    previous = step;
  }
  const last = previous ?? first;
  return { entity: last.entity, single: isSingle(last, steps.at(-2)), rows };
};

const compare = (entity: EntityType, name: string, a: Row, b: Row): number => {
  const [left, right] = [fieldOf(entity, a, name), fieldOf(entity, b, name)];
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  if (entity.properties[name]?.edm === 'Decimal') return new Big(String(left)).cmp(String(right));
  return left < right ? -1 : 1;
};

const ordered = (entity: EntityType, rows: readonly Row[], orderBy: Query['orderBy']): readonly Row[] =>
  orderBy.length === 0
    ? rows
    : rows.toSorted((a, b) => {
        for (const { property, descending } of orderBy) {
          const order = compare(entity, property, a, b);
          if (order !== 0) return descending ? -order : order;
        }
        return 0;
      });

const nextLink = (service: Service, target: string, skipToken: number, rootUrl: string): string => {
  const [path = '', query = ''] = target.split('?');
  const options = query.split('&').filter((part) => part !== '' && !/^(\$|%24)skiptoken=/.test(part));
  const tail = `${path.replace(/^\//, '')}?${[...options, `$skiptoken=${skipToken}`].join('&')}`;
  return service.version === 2 ? `${rootUrl}/${tail}` : (tail.split('/').at(-1) ?? tail);
};

const collectionJson = (output: Output, located: Located, query: Query, target: string): unknown => {
  const { service } = output;
  const serialize = createSerializer(output);
  const end = Math.min(
    located.rows.length,
    query.top === undefined ? Number.POSITIVE_INFINITY : query.skip + query.top,
  );
  const start = query.skip + query.skipToken;
  const results = located.rows
    .slice(start, Math.min(start + PAGE_SIZE, end))
    .map((row) => serialize(located.entity, row, query.shape));
  const next =
    start + PAGE_SIZE < end ? nextLink(service, target, query.skipToken + PAGE_SIZE, output.rootUrl) : undefined;
  if (service.version === 2) {
    return {
      d: {
        ...(query.count && { __count: String(located.rows.length) }),
        results,
        ...(next !== undefined && { __next: next }),
      },
    };
  }
  return {
    '@odata.context': `$metadata#${located.entity.set}`,
    ...(query.count && { '@odata.count': located.rows.length }),
    value: results,
    ...(next !== undefined && { '@odata.nextLink': next }),
  };
};

/** One record as a response body, with its ETag. */
export const entityReply = (
  output: Output,
  located: { entity: EntityType; row: Row },
  shape: Query['shape'],
  status: number,
): Reply => {
  const { service, view } = output;
  const json = createSerializer(output)(located.entity, located.row, shape);
  const etag = etagOf(view, service, located.entity, located.row);
  return {
    status,
    headers: jsonHeaders(service, etag),
    body: JSON.stringify(
      service.version === 2 ? { d: json } : { '@odata.context': `$metadata#${located.entity.set}/$entity`, ...json },
    ),
  };
};

/** The header by which an answer names its protocol version. */
export const versionHeader = ({ version }: Service): Record<string, string> =>
  version === 2 ? { dataserviceversion: '2.0' } : { 'odata-version': '4.0' };

/** Headers of a JSON answer of the service. */
export const jsonHeaders = (service: Service, etag?: string): Record<string, string> => ({
  'content-type': service.version === 2 ? 'application/json' : 'application/json;odata.metadata=minimal;charset=utf-8',
  ...versionHeader(service),
  ...(etag !== undefined && { etag }),
});

/** Answers a GET of entities; `target` is the path and query below the service's root, as sent. */
export const read = (output: Output, resource: Entities, target: string): Reply => {
  const { service, view } = output;
  const located = locate(service, view, resource);
  const query = parseOptions(service, located.entity, parseQueryString(target.split('?')[1] ?? '', service.version));
  if (located.single && !resource.count) {
    const [row] = located.rows;
    if (!row) throw notFound(located.entity);
    return entityReply(output, { entity: located.entity, row }, query.shape, 200);
  }
  const { test } = query;
  const rows = ordered(located.entity, test ? located.rows.filter(test) : located.rows, query.orderBy);
  if (resource.count) return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(rows.length) };
  return {
    status: 200,
    headers: jsonHeaders(service),
    body: JSON.stringify(collectionJson(output, { ...located, rows }, query, target)),
  };
};
