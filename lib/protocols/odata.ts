import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { Answer, Exchange } from './exchange.ts';
import { isSuccess, ODataError } from './odata-error.ts';
import { and, eq, keyPath } from './odata-url.ts';

/** What the two versions of OData write differently. */
export interface ODataVersion {
  readonly name: 'v2' | 'v4';
  readonly accept: string;
  readonly contentType: string;
  /** System options of a query that do not depend on it. */
  readonly always: Readonly<Record<string, string>>;
  readonly countOption: readonly [name: string, value: string];
  /** Unwraps a collection. */
  list(body: unknown): {
    readonly rows: readonly unknown[];
    readonly next?: string | undefined;
    readonly count?: number;
  };
  /** Unwraps one entity. */
  entity(body: unknown): unknown;
}

/** A call to a service: until when, and for modifying requests the permit that is asked before each dispatch. */
export interface ReadContext {
  readonly signal: AbortSignal;
}
/** A call that modifies. */
export interface WriteContext extends ReadContext {
  permit(): Promise<void>;
}

/** A query on an entity set; `filter` and `expand` in the syntax of the service's version. */
export interface Query {
  readonly filter?: string;
  readonly select?: readonly string[];
  readonly expand?: string;
  readonly orderBy?: string;
  readonly top?: number;
  readonly skip?: number;
}

/** An entity with the ETag that a change has to name, where the service has one. */
export interface Entity<T> {
  readonly value: T;
  readonly etag?: string;
}

/** A modifying request; the path is relative to the root of the service. */
export interface Change {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly etag?: string | undefined;
}

/** One OData service of a system. Throws `ODataError` for what the service refuses, `AUTH_FAILED`, `SYSTEM_ANSWER_INVALID`, `SYSTEM_UNAVAILABLE`. */
export interface ODataService {
  readonly version: ODataVersion;
  /** The rows of a query with `top`, and the number of all that match. */
  page<S extends z.ZodType>(
    set: string,
    query: Query,
    row: S,
    call: ReadContext,
  ): Promise<{ rows: z.output<S>[]; total: number }>;
  /** Every row of a query. */
  rows<S extends z.ZodType>(set: string, query: Query, row: S, call: ReadContext): Promise<z.output<S>[]>;
  /** One entity by its key; undefined when there is none. */
  find<S extends z.ZodType>(
    set: string,
    key: Readonly<Record<string, string>>,
    query: Pick<Query, 'select' | 'expand'>,
    row: S,
    call: ReadContext,
  ): Promise<Entity<z.output<S>> | undefined>;
  /** Sends a change; answers the entity where the service answers one. */
  change(change: Change, call: WriteContext): Promise<unknown>;
  /** The service's metadata document (EDMX). */
  metadata(call: ReadContext): Promise<string>;
}

interface ServiceOptions {
  readonly version: ODataVersion;
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
export function odataService(options: ServiceOptions): ODataService {
  const { version, exchange, root, parameters } = options;
  const headers = { accept: version.accept, ...options.headers };

  const get = async (url: string, { signal }: ReadContext): Promise<Answer> => {
    const answer = await exchange({ url, method: 'GET', headers, signal });
    if (!isSuccess(answer.status)) throw new ODataError(answer, { modifying: false, now: options.now() });
    return answer;
  };
  const address = (path: string, query: Readonly<Record<string, string>> = {}) => {
    const pairs = Object.entries({ ...query, ...parameters });
    return (
      root +
      path +
      (pairs.length ? `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}` : '')
    );
  };
  /** The server may cut an answer into pages of its own. */
  const all = async <S extends z.ZodType>(url: string, row: S, call: ReadContext) => {
    const rows: z.output<S>[] = [];
    let count: number | undefined;
    let next: string | undefined = url;
    for (let pages = 0; next; pages++) {
      if (pages === mostPages) throw new CountersignError('RESULT_TOO_LARGE', 'The system has too many rows.');
      const page: ReturnType<ODataVersion['list']> = understood(json(await get(next, call)), version.list);
      rows.push(...parsed(z.array(row), page.rows));
      count ??= page.count;
      next = page.next && followable(page.next, next, root);
    }
    return { rows, count };
  };

  const service: ODataService = {
    version,
    page: async (set, query, row, call) => {
      const [name, value] = version.countOption;
      const { rows, count } = await all(address(set, { ...optionsOf(version, query), [name]: value }), row, call);
      return { rows, total: count ?? rows.length };
    },
    rows: async (set, query, row, call) => (await all(address(set, optionsOf(version, query)), row, call)).rows,
    find: async (set, key, query, row, call) => {
      try {
        const answer = await get(address(keyPath(set, key), optionsOf(version, query)), call);
        const etag = answer.headers.get('etag');
        return { value: parsed(row, understood(json(answer), version.entity)), ...(etag && { etag }) };
      } catch (error) {
        if (!(error instanceof ODataError) || error.status !== 404) throw error;
        // A missing service answers 404 too: only a search that finds nothing proves that there is no such entity.
        const same = await service.rows(set, { filter: keyFilter(key), top: 1 }, z.unknown(), call);
        if (same.length > 0) throw error;
        return undefined;
      }
    },
    change: async ({ method, path, body, etag }, call) => {
      const answer = await exchange({
        url: address(path),
        method,
        headers: {
          ...headers,
          ...(body !== undefined && { 'content-type': version.contentType }),
          ...(etag && { 'if-match': etag }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: call.signal,
        permit: () => call.permit(),
      });
      if (!isSuccess(answer.status)) throw new ODataError(answer, { modifying: true, now: options.now() });
      if (!answer.text && answer.status === 204) return undefined;
      return settled(() => understood(json(answer), version.entity));
    },
    metadata: async (call) => {
      const answer = await exchange({
        url: address('$metadata'),
        method: 'GET',
        headers: { ...headers, accept: 'application/xml' },
        signal: call.signal,
      });
      if (!isSuccess(answer.status)) throw new ODataError(answer, { modifying: false, now: options.now() });
      return answer.text;
    },
  };
  return service;
}

const keyFilter = (key: Readonly<Record<string, string>>): string =>
  and(...Object.entries(key).map(([field, value]) => eq(field, value)));

function optionsOf(
  version: ODataVersion,
  { filter, select, expand, orderBy, top, skip }: Query,
): Record<string, string> {
  return {
    ...(filter && { $filter: filter }),
    ...(select && { $select: select.join(',') }),
    ...(expand && { $expand: expand }),
    ...(orderBy && { $orderby: orderBy }),
    ...(top !== undefined && { $top: String(top) }),
    ...(skip && { $skip: String(skip) }),
    ...version.always,
  };
}

/** A page address that the service names is followed only inside that service. */
function followable(next: string, from: string, root: string): string {
  const url = new URL(next, from);
  const service = new URL(root);
  if (url.origin === service.origin && url.pathname.startsWith(service.pathname)) return url.href;
  throw new CountersignError('HOST_NOT_ALLOWED', 'The service named a next page outside itself.');
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** Numbers stay the text that was sent: no decimal passes through a float. TypeScript does not know the third argument yet. */
const parseExactly = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The JSON of an answer, numbers as strings. Throws `AUTH_FAILED` for a login page, `SYSTEM_ANSWER_INVALID`. */
function json({ text, headers }: Answer): unknown {
  if (headers.get('content-type')?.includes('html'))
    throw new CountersignError('AUTH_FAILED', 'The system answered a page for people, probably its sign-in.');
  try {
    return parseExactly(text, (_, value, { source }) => (typeof value === 'number' ? source : value));
  } catch (cause) {
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system answered no JSON.', { cause });
  }
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new CountersignError('SYSTEM_ANSWER_INVALID', `The answer has an unexpected ${where || 'shape'}.`, {
    cause: error,
  });
}

function understood<T>(body: unknown, read: (body: unknown) => T): T {
  try {
    return read(body);
  } catch (cause) {
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The answer is not shaped as OData.', { cause });
  }
}

/** An answer to a change that cannot be understood leaves open whether it took effect. */
function settled(read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause;
    throw new CountersignError(cause.code, cause.message, { cause, applied: 'unknown' });
  }
}
