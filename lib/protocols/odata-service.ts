import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { Answer, Exchange, ExchangeRequest } from './exchange.ts';
import type { Change, Entity, ODataService, ODataVersion, Query, ReadContext, WriteContext } from './odata.ts';
import { contentOf, parsed, settled } from './odata-answer.ts';
import { isSuccess, ODataError } from './odata-error.ts';
import { and, eq, keyPath } from './odata-url.ts';

/** Where a service is and how it is spoken to. */
export interface ServiceOptions {
  readonly version: ODataVersion;
  /** The layers that sign requests. */
  readonly exchange: Exchange;
  /** Absolute, with trailing slash. */
  readonly root: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Query options of every request, such as `sap-client`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly now: () => number;
}

const mostPages = 200;

/** A service at `root`, spoken over layers that sign the requests. */
export function odataService(service: ServiceOptions): ODataService {
  const { version } = service;
  const at = (path: string, query: Query, more = {}) =>
    addressOf(service, path, { ...optionsOf(version, query), ...more });
  return {
    version,
    page: async (set, query, row, call) => {
      const [name, value] = version.countOption;
      const { rows, count } = await allRows(service, at(set, query, { [name]: value }), { row, call });
      return { rows, total: count ?? rows.length };
    },
    rows: async (set, query, row, call) => (await allRows(service, at(set, query), { row, call })).rows,
    find: async (set, key, query, row, call) => {
      try {
        return entityOf(await get(service, at(keyPath(set, key), query), call), version, row);
      } catch (error) {
        if (!(error instanceof ODataError) || error.status !== 404) throw error;
        // A missing service answers 404 too: only a search that finds nothing proves that there is no such entity.
        const same = { filter: and(...Object.entries(key).map(([field, part]) => eq(field, part))), top: 1 };
        if ((await allRows(service, at(set, same), { row: z.unknown(), call })).rows.length > 0) throw error;
        return undefined;
      }
    },
    change: (change, call) => send(service, change, call),
    metadata: async (call) => {
      const accept = { accept: 'application/xml' };
      return (await get(service, addressOf(service, '$metadata', {}), call, accept)).text;
    },
  };
}

function optionsOf(
  { always }: ODataVersion,
  { filter, select, expand, orderBy, top, skip }: Query,
): Record<string, string> {
  return {
    ...(filter && { $filter: filter }),
    ...(select && { $select: select.join(',') }),
    ...(expand && { $expand: expand }),
    ...(orderBy && { $orderby: orderBy }),
    ...(top !== undefined && { $top: String(top) }),
    ...(skip && { $skip: String(skip) }),
    ...always,
  };
}

function addressOf(
  { root, parameters }: ServiceOptions,
  path: string,
  query: Readonly<Record<string, string>>,
): string {
  const pairs = Object.entries({ ...query, ...parameters }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return root + path + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}

async function exchanged({ exchange, now }: ServiceOptions, request: ExchangeRequest): Promise<Answer> {
  const answer = await exchange(request);
  if (isSuccess(answer.status)) return answer;
  throw new ODataError(answer, { modifying: request.permit !== undefined, now: now() });
}

const get = (service: ServiceOptions, url: string, { signal }: ReadContext, headers = {}): Promise<Answer> =>
  exchanged(service, {
    url,
    method: 'GET',
    headers: { accept: service.version.accept, ...service.headers, ...headers },
    signal,
  });

/** Every row of a query; the server may cut its answer into pages of its own. */
async function allRows<S extends z.ZodType>(
  service: ServiceOptions,
  url: string,
  { row, call }: { readonly row: S; readonly call: ReadContext },
): Promise<{ readonly rows: z.output<S>[]; readonly count: number | undefined }> {
  const rows: z.output<S>[] = [];
  let count: number | undefined;
  let next: string | undefined = url;
  for (let pages = 0; next; pages++) {
    if (pages === mostPages) throw new CountersignError('RESULT_TOO_LARGE', 'The system has too many rows.');
    const answer: Answer = await get(service, next, call);
    const page: ReturnType<ODataVersion['list']> = contentOf(answer, service.version.list);
    rows.push(...parsed(z.array(row), page.rows));
    count ??= page.count;
    next = page.next && followable(page.next, next, service.root);
  }
  return { rows, count };
}

/** A page address that the service names is followed only inside that service. */
function followable(next: string, from: string, root: string): string {
  const url = new URL(next, from);
  const service = new URL(root);
  if (url.origin === service.origin && url.pathname.startsWith(service.pathname)) return url.href;
  throw new CountersignError('HOST_NOT_ALLOWED', 'The service named a next page outside itself.');
}

function entityOf<S extends z.ZodType>(answer: Answer, version: ODataVersion, row: S): Entity<z.output<S>> {
  const etag = answer.headers.get('etag');
  return { value: parsed(row, contentOf(answer, version.entity)), ...(etag && { etag }) };
}

async function send(
  service: ServiceOptions,
  { method, path, query = {}, body, etag }: Change,
  call: WriteContext,
): Promise<unknown> {
  const { version } = service;
  const answer = await exchanged(service, {
    url: addressOf(service, path, query),
    method,
    headers: {
      accept: version.accept,
      ...service.headers,
      ...(body !== undefined && { 'content-type': version.contentType }),
      ...(etag && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: call.signal,
    permit: () => call.permit(),
  });
  if (answer.status === 204 && !answer.text) return undefined;
  return settled(() => contentOf(answer, version.entity));
}
