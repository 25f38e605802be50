import type * as z from 'zod';
import type { CountersignError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Limits } from './resilience/limits.ts';

/**
 * The only way out of a function: fetch over hosts on the allow-list. Follows no redirects.
 * Throws `SYSTEM_UNAVAILABLE` with `applied: 'no'` when nothing was sent and `applied: 'unknown'` after that, `HOST_NOT_ALLOWED`.
 */
export type Transport = (url: string, request: TransportRequest) => Promise<Response>;

/** One HTTP request. */
export interface TransportRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** Marks a modifying request: asked once the connection stands, before the first byte. What it throws is thrown, and nothing was sent. */
  readonly permit?: (() => Promise<void>) | undefined;
  /** The same for a request that modifies nothing. */
  readonly ready?: (() => Promise<void>) | undefined;
}

/** The addresses of one system; they come from deploy-time configuration only. */
export type Origins = Readonly<Record<string, string>>;

/** What a connector gets to speak to one system. */
export interface Connection<Settings = unknown, Secret = unknown> {
  readonly settings: Settings;
  readonly origins: Origins;
  /** The credential of this access; `fresh` asks past the cache, after a refusal. */
  secret(options?: { readonly fresh?: boolean }): Promise<Secret>;
  readonly transport: Transport;
  /** Only where Countersign keeps the system's books itself. */
  readonly ledger?: Ledger;
  /** Epoch ms, as the processes of this deployment agree on: for the expiry of tokens and for dates that a system names. */
  now(): number;
}

/** One step of replacing a credential, cut off by `signal`. */
export interface RotationCall {
  readonly signal: AbortSignal;
  /** Says in the system whose credential it is. */
  readonly name: string;
}

/** How a kind replaces its credentials without a person. The connection of each step holds the credential that the step is about. */
export interface Rotation<Settings = unknown, Secret = unknown> {
  /** What the system knows a credential by, such as the id of a client. */
  idOf(secret: Secret): string;
  /** Makes another credential beside the one of the connection, which stays as good as it was. */
  create(connection: Connection<Settings, Secret>, call: RotationCall): Promise<Secret>;
  /** Signs in with the credential of the connection. Throws `AUTH_FAILED` when it is refused. */
  test(connection: Connection<Settings, Secret>, call: RotationCall): Promise<void>;
  /** Ends the credential of the connection; one that is gone already is no error. */
  retire(connection: Connection<Settings, Secret>, call: RotationCall): Promise<void>;
}

/** Something that `check` looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A document that our service user created, as the system shows it now. */
export interface CreatedDocument {
  /** In the words of the kind: `purchase_order`. */
  readonly kind: string;
  /** Its id. */
  readonly document: string;
  /** What it carries in the field of references, whoever wrote that. */
  readonly reference?: string | undefined;
  /** What it commits, a decimal. */
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly companyCode?: string | undefined;
  /** `YYYY-MM-DD` in the system's own calendar. */
  readonly createdAt: string;
  /** ISO 8601; absent where the system does not tell. */
  readonly changedAt?: string | undefined;
  readonly changedBy?: string | undefined;
  /** Whether it is flagged as deleted or cancelled. */
  readonly deleted: boolean;
}

/** One page of them; another one follows where there is a cursor. */
export interface CreatedPage {
  readonly documents: readonly CreatedDocument[];
  readonly nextCursor?: string;
}

/** Lists everything that our service user created, whatever our own records say. */
export interface Enumeration<Client = unknown> {
  /** Kind of document by the name of the contract that creates it; what is not here is not listed. */
  readonly kinds: Readonly<Record<string, string>>;
  /** One page of what was created between two days, both included. Throws as tools do, `INPUT_INVALID` for a cursor that it did not give out. */
  page(
    client: Client,
    ask: { readonly from: string; readonly to: string; readonly cursor?: string | undefined },
    signal: AbortSignal,
  ): Promise<CreatedPage>;
}

/** How we talk to one kind of ERP, MES or CRM. */
export interface Connector<Settings = unknown, SecretSchema extends z.ZodType = z.ZodType, Client = unknown> {
  readonly kind: string;
  readonly secret: SecretSchema;
  /** How such a system's credentials are replaced; `manual` where only people can. */
  readonly rotation: Rotation<Settings, z.output<SecretSchema>> | 'manual';
  /** The field that carries the reference of a create, and how long it may be. */
  readonly reference: { readonly field: string; readonly maxLength: number };
  /** The longest an abandoned request may still commit, in ms; without it "absent" proves nothing. */
  readonly maxServerTime?: number;
  /** How late a commit becomes visible to the lookup, in ms. */
  readonly lookupLag: number;
  /** What such a system bears where its owner has not said. */
  readonly limits: Limits;
  /** The form in which the system keeps an id; `kind` is the field's mark (`item`, `supplier`, `purchase_order` ...). */
  canonicalId(kind: string, id: string): string;
  connect(connection: Connection<Settings, z.output<SecretSchema>>): Client;
  /** What an error means that a tool or its client threw: never throws. */
  mapError(error: unknown): CountersignError;
  /** Proves that endpoints, fields, lengths and rights exist. */
  check(client: Client, signal: AbortSignal): Promise<readonly Finding[]>;
  /** The cheapest read: finds out whether the system is back. Throws as tools do. */
  ping(client: Client, signal: AbortSignal): Promise<void>;
  /** Absent where the kind cannot tell who created a document. */
  readonly enumerate?: Enumeration<Client>;
}

/**
 * Declares a kind of system.
 *
 * @example
 * export const connector = defineConnector({
 *   kind: 's4hana', secret: z.strictObject({ clientId: z.string(), clientSecret: z.string() }), rotation: 'manual',
 *   reference: { field: 'CorrespncInternalReference', maxLength: 12 }, maxServerTime: 600_000, lookupLag: 5_000,
 *   limits: { perSecond: 50, concurrent: 20 }, canonicalId, mapError, check, ping,
 *   connect: (connection: Connection<S4hanaSettings, Credentials>) => s4hanaClient(connection),
 * });
 */
export const defineConnector = <Settings, SecretSchema extends z.ZodType, Client>(
  connector: Connector<Settings, SecretSchema, Client>,
): Connector<Settings, SecretSchema, Client> => connector;
