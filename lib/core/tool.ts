import type * as z from 'zod';
import type { Contract } from './contract.ts';
import type { Claim } from './policy/claims.ts';

/** What a tool sees of its system. */
export interface Call<Client = unknown> {
  readonly client: Client;
  /** Aborted when the time of the call is over. */
  readonly signal: AbortSignal;
  /** Organisational fields, from configuration; never from the agent. */
  readonly organisation: Readonly<Record<string, string>>;
}

/** What a read sees. */
export interface ReadCall<Client = unknown> extends Call<Client> {
  /** The company's civil date. */
  readonly today: string;
}

/** What a write sees. */
export interface WriteCall<Client = unknown> extends Call<Client> {
  /** The marker that a create writes into its document. */
  readonly reference: string;
  /** Asked before every dispatch of a modifying request, the first and each repetition; throws when no further send is allowed. */
  permit(): Promise<void>;
}

/** The part of a read's output that the tool itself knows; the pipeline adds the rest. */
export type ReadBody<O extends z.ZodType> = Without<z.output<O>, 'asOf' | 'source' | 'lagMs' | 'version'> & {
  readonly version?: string;
};
/** The part of a write's output that the tool itself knows. */
export type WriteBody<O extends z.ZodType> = Without<z.output<O>, 'deviations' | 'reference'>;
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** Reads: nothing changes, so nothing is recorded before the call. */
export interface ReadTool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, Client = unknown> {
  readonly contract: Contract<string, 'read', I, O>;
  run(input: z.output<I>, call: ReadCall<Client>): Promise<ReadBody<O>>;
}

/** Creates one document that carries the operation's reference. */
export interface CreateTool<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, Client = unknown> {
  readonly contract: Contract<string, 'create', I, O>;
  /** Sends the request; answers the document's id. */
  run(input: z.output<I>, call: WriteCall<Client>): Promise<string>;
  /** Reads the document as the system keeps it, and where one request makes several all of them; undefined when it has none of that id. */
  read(
    document: string,
    input: z.output<I>,
    call: Call<Client> & { readonly reference: string },
  ): Promise<WriteBody<O> | undefined>;
  /** One request may make several documents, all with its reference: they are one effect unless they exceed what was asked for. */
  readonly makesSeveral?: true;
  /** What it takes from the pots that `takesFrom` of its contract names, asked of the system right before it is sent. Throws what forbids it. */
  claims?(input: z.output<I>, call: Call<Client>): Promise<readonly Claim[]>;
  readonly lookup: CreateLookup<NoInfer<I>, Client> | 'none';
}

/** Changes one document. */
export interface UpdateTool<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  Client = unknown,
  State = unknown,
> {
  readonly contract: Contract<string, 'update', I, O>;
  /** What `read` answers, kept with the attempt as its before-image: plain JSON. */
  readonly state: z.ZodType<State>;
  /** The document (its id) whose state is compared. */
  documentOf(input: z.output<I>): string;
  /** Reads the fields that the change compares. */
  read(input: z.output<I>, call: Call<Client>): Promise<State>;
  /** Refuses, by throwing, what must not be sent against this state: `STALE_STATE`, `PURCHASE_ORDER_RECEIVED` ... */
  check(input: z.output<I>, before: State): void;
  run(input: z.output<I>, call: WriteCall<Client> & { readonly before: State }): Promise<void>;
  output(input: z.output<I>, states: { readonly before: State; readonly after: State }): WriteBody<O>;
  readonly lookup: UpdateLookup<NoInfer<I>, State> | 'none';
}

/** Any tool, as the pipeline sees it. */
export type Tool = ReadTool | CreateTool | UpdateTool;

interface CreateLookup<I extends z.ZodType, Client> {
  readonly by: 'reference';
  /** Ids of all documents that carry the reference, deletion-flagged ones too, on the primary. */
  find(input: z.output<I>, call: Call<Client> & { readonly reference: string }): Promise<readonly string[]>;
}

interface UpdateLookup<I extends z.ZodType, State> {
  readonly by: 'state';
  intended(input: z.output<I>, state: State): boolean;
}

/** Finds a create by the reference in its document. */
export const byReference = <I extends z.ZodType, Client>(
  find: CreateLookup<I, Client>['find'],
): CreateLookup<I, Client> => ({ by: 'reference', find });

/** Finds an update by comparing the document with what was intended and with the before-image. */
export const byState = <I extends z.ZodType, State>(
  intended: UpdateLookup<I, State>['intended'],
): UpdateLookup<I, State> => ({ by: 'state', intended });

/**
 * Binds a contract to one kind of system.
 *
 * @example
 * export default implement(getStock, {
 *   run: async ({ item }, { client, signal }: Call<S4hanaClient>) => stockOf(await client.query('A_MatlStkInAcctMod', { item, signal })),
 * });
 */
export function implement<I extends z.ZodType, O extends z.ZodType, Client>(
  contract: Contract<string, 'read', I, O>,
  tool: Omit<ReadTool<I, O, Client>, 'contract'>,
): ReadTool<I, O, Client>;
export function implement<I extends z.ZodType, O extends z.ZodType, Client>(
  contract: Contract<string, 'create', I, O>,
  tool: Omit<CreateTool<I, O, Client>, 'contract'>,
): CreateTool<I, O, Client>;
export function implement<I extends z.ZodType, O extends z.ZodType, Client, State>(
  contract: Contract<string, 'update', I, O>,
  tool: Omit<UpdateTool<I, O, Client, State>, 'contract'>,
): UpdateTool<I, O, Client, State>;
export function implement(contract: Contract, tool: object): object {
  return { contract, ...tool };
}

/** Which part of the pipeline carries the tool out. */
export const isRead = (tool: Tool): tool is ReadTool => tool.contract.effect === 'read';
/** Whether the tool makes a new document. */
export const isCreate = (tool: Tool): tool is CreateTool => tool.contract.effect === 'create';
