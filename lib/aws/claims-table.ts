import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import { operationSchema } from '../core/operation/operation.ts';
import { isAtRest, type Pots, type PotsOf, type Underway } from '../core/policy/claims.ts';
import { updateOf } from './update-of.ts';

const underwaySchema = z.object({
  version: z.int(),
  claims: z.record(z.string(), z.object({ version: z.int(), amounts: z.record(z.string(), z.string()) })),
});
const stateSchema = operationSchema.pick({ state: true });
const nothing: Underway = { version: 0, claims: {} };
/** How long an item without claims is kept, in seconds: longer than anybody holds on to what they read of it. */
const keepFor = 2 * 86_400;

/** What the pots stand on: the tables, and the store's time in ms. */
interface Place {
  readonly coordination: string;
  readonly operations: string;
  now(): number;
}

/** The pots of the coordination table: one item for those that are counted together. It stays while there is a claim. */
export function claimsTable(client: DynamoDBClient, { coordination, operations, now }: Place): Pots {
  const itemOf = async (TableName: string, id: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall({ id }), ConsistentRead: true }));
    return Item && unmarshall(Item);
  };
  const expirationOf = (claims: Underway['claims']) =>
    Object.keys(claims).length === 0 ? Math.floor(now() / 1000) + keepFor : undefined;
  const change = async (of: PotsOf, seen: Underway, claims: Underway['claims']): Promise<boolean> => {
    const fields = { version: seen.version + 1, claims, expiration: expirationOf(claims) };
    const update = updateOf(fields, seen.version === 0 ? undefined : seen.version);
    return isDone(() =>
      client.send(new UpdateItemCommand({ TableName: coordination, Key: marshall({ id: idOf(of) }), ...update })),
    );
  };
  return {
    read: (of) =>
      orUnavailable(async () => {
        const item = await itemOf(coordination, idOf(of));
        return item ? underwaySchema.parse(item) : nothing;
      }),
    keep: (of, seen, claims) => orUnavailable(() => change(of, seen, claims)),
    giveBack: (of, operation) => giveBack(client, { table: coordination, id: idOf(of), operation, now }),
    isAtRest: (operationId) =>
      orUnavailable(async () => {
        const item = await itemOf(operations, operationId);
        return item === undefined || isAtRest(stateSchema.parse(item));
      }),
  };
}

/** By whoever may only update: what is left is looked at in the answer. */
async function giveBack(
  client: DynamoDBClient,
  given: {
    readonly table: string;
    readonly id: string;
    readonly operation: { readonly id: string; readonly version: number };
    now(): number;
  },
): Promise<void> {
  const at = { TableName: given.table, Key: marshall({ id: given.id }) };
  const names = { '#claims': 'claims', '#version': 'version' };
  let after: Record<string, unknown> = {};
  const isGiven = await isDone(async () => {
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        ...at,
        UpdateExpression: 'SET #version = #version + :one REMOVE #claims.#operation',
        ConditionExpression: '#claims.#operation.#version <= :version',
        ExpressionAttributeNames: { ...names, '#operation': given.operation.id },
        ExpressionAttributeValues: marshall({ ':one': 1, ':version': given.operation.version }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    after = unmarshall(Attributes ?? {});
  });
  if (!isGiven) return;
  const { version, claims } = underwaySchema.parse(after);
  if (Object.keys(claims).length > 0) return;
  await isDone(() =>
    client.send(
      new UpdateItemCommand({
        ...at,
        UpdateExpression: 'SET #expiration = :expiration',
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#expiration': 'expiration', '#version': 'version' },
        ExpressionAttributeValues: marshall({
          ':expiration': Math.floor(given.now() / 1000) + keepFor,
          ':version': version,
        }),
      }),
    ),
  );
}

async function isDone(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function orUnavailable<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new CountersignError('STORE_UNAVAILABLE', 'What others are about to take cannot be told.', { cause });
  }
}

/** The names of systems have no `#`. */
const idOf = ({ system, of }: PotsOf): string => `pots#${system}#${of}`;
