import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Configuration } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { parseGuarded } from '../core/gate.ts';
import { viewOf } from '../core/operation/answer.ts';
import type { Operation, Operations } from '../core/operation/operation.ts';
import { type CatalogueEntry, catalogueOf } from '../core/system.ts';
import { bodyOf } from './http.ts';
import { parkedIndex } from './parked-index.ts';
import type { recoverFunctions } from './recover-functions.ts';

/** What the routes for operations that wait for an operator stand on. */
export interface LookingAfter {
  readonly client: DynamoDBClient;
  readonly tables: { readonly operations: string; readonly coordination: string };
  readonly operations: Operations;
  readonly configuration: Configuration;
  readonly account: string;
  readonly stage: string;
  readonly functions: ReturnType<typeof recoverFunctions>;
}

/** A route of the operators' API: what it answers to whom. */
export type OperatorRoute = (event: APIGatewayProxyEvent, operator: string) => Promise<unknown>;

/** Why somebody does something, in their own words. */
export const reason = z.string().trim().min(1).max(500);

/** How many a page has. */
export const limited = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(100))
  .default(50);

const listing = z.strictObject({
  system: z.string().optional(),
  limit: limited,
  cursor: z.string().max(2000).optional(),
});

/** The operation that a path names. Throws `OPERATION_NOT_FOUND`. */
export async function operationOf({ operations }: LookingAfter, event: APIGatewayProxyEvent): Promise<Operation> {
  const operation = await operations.get(event.pathParameters?.['id'] ?? '');
  if (!operation) throw new CountersignError('OPERATION_NOT_FOUND', 'There is no such operation.');
  return operation;
}

/** As `operationOf`, for what a single system knows. Throws `INPUT_INVALID` for a saga: its steps are what systems know. */
export async function systemOperationOf(on: LookingAfter, event: APIGatewayProxyEvent): Promise<Operation> {
  const operation = await operationOf(on, event);
  if (!operation.saga) return operation;
  throw new CountersignError('INPUT_INVALID', 'It is a saga: GET /v1/admin/sagas/{id} shows its steps.');
}

/** The tool of an operation. Throws `TOOL_NOT_FOUND` where the configuration has lost it. */
export function entryOf({ configuration }: LookingAfter, { tool }: Operation): CatalogueEntry {
  const entry = catalogueOf(configuration.systems).find(({ id }) => id === tool);
  if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `The configuration has no ${tool} any more.`);
  return entry;
}

/** The body of a request. Throws `INPUT_INVALID`. */
export function inputOf<S extends z.ZodType>(event: APIGatewayProxyEvent, schema: S): z.output<S> {
  return checked(schema, parseGuarded(bodyOf(event)));
}

/** The query of a request. Throws `INPUT_INVALID`. */
export const queryOf = <S extends z.ZodType>({ queryStringParameters }: APIGatewayProxyEvent, schema: S): z.output<S> =>
  checked(schema, queryStringParameters ?? {});

/** What is in a state in one system, or the first that has any; the longest first within a page. */
export async function listParked(on: LookingAfter, state: 'review' | 'dead', event: APIGatewayProxyEvent) {
  const { system = firstSystem(on), limit, cursor } = queryOf(event, listing);
  const page = await parkedIndex(on.client, on.tables.operations)(system, state, { limit, cursor });
  const operations = await Promise.all(page.parked.map(({ id }) => on.operations.get(id)));
  const present = operations.filter((each) => each?.state === state).filter((each) => each !== undefined);
  const { nextCursor } = page;
  return {
    system,
    operations: present.sort((a, b) => (a.since ?? 0) - (b.since ?? 0)).map(rowOf),
    ...(nextCursor !== undefined && { nextCursor }),
  };
}

function firstSystem({ configuration }: LookingAfter): string {
  const [system, second] = Object.keys(configuration.systems);
  if (system !== undefined && second === undefined) return system;
  throw new CountersignError('INPUT_INVALID', 'Name the system: there is more than one, or none.');
}

/** An operation as those see it who look after it. */
export const rowOf = (operation: Operation) => ({
  agent: operation.agent,
  system: operation.system,
  ...viewOf({ ...operation, result: undefined }),
  ...lookedAfter(operation),
});

/** Who looks after an operation, and what was said and done about it. */
export function lookedAfter(operation: Operation) {
  const { step, since, lastError, claim, proposal, redriven, editedFrom, editedAs } = operation;
  return {
    ...(step && { step }),
    ...(since !== undefined && { since: iso(since) }),
    ...(lastError !== undefined && { lastError }),
    ...(claim && { claim: { by: claim.by, until: iso(claim.until) } }),
    ...(proposal && { proposal: { ...proposal, at: iso(proposal.at) } }),
    ...(redriven && { redriven: { times: redriven.times, at: iso(redriven.at) } }),
    ...(editedFrom !== undefined && { editedFrom }),
    ...(editedAs !== undefined && { editedAs }),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CountersignError('INPUT_INVALID', `/${issue?.path.join('/')}: ${issue?.message}`);
}
