import type * as z from 'zod';

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
  /** Parameters of a function import, as literals. */
  readonly query?: Readonly<Record<string, string>>;
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
