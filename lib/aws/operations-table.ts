import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { evolve, type Operation, type Operations, operationSchema, type Written } from '../core/operation/operation.ts';
import { logError } from './log.ts';
import type { Results } from './results.ts';
import type { TableClock } from './table-clock.ts';

/** Answers above this many bytes are kept beside the item. */
const inlineLimit = 200_000;
/** So are smaller ones that do not fit: an item may have 400 KB with the names of its fields. */
const itemLimit = 380_000;

/** The operations table of DynamoDB. */
export function operationsTable(
  client: DynamoDBClient,
  { tableName, clock, results }: { tableName: string; clock: TableClock; results: Results },
): Operations {
  const toOperation = async (item: Record<string, AttributeValue>): Promise<Operation> => {
    const operation = operationSchema.parse(unmarshall(item));
    return operation.resultKey === undefined ? operation : { ...operation, result: await fetched(operation.resultKey) };
  };
  /** What is known of an operation is known without its large answer too; whoever asks later gets that. */
  const fetched = (key: string): Promise<string | undefined> =>
    results.get(key).catch((error: unknown) => {
      logError('a large answer cannot be fetched', error, { key });
      return undefined;
    });
  const inTheWay = async (error: unknown): Promise<Operation> => {
    if (error instanceof ConditionalCheckFailedException && error.Item) return toOperation(error.Item);
    throw error;
  };
  /** The item as it is stored: a large answer by its key. */
  const stored = async (operation: Operation): Promise<Operation> => {
    const { result } = operation;
    if (result === undefined) return operation;
    if (Buffer.byteLength(result) <= inlineLimit && sizeOf(operation) <= itemLimit)
      return { ...operation, resultKey: undefined };
    const resultKey = `operations/${operation.id}/${operation.version}.json`;
    await results.put(resultKey, result);
    return { ...operation, result: undefined, resultKey };
  };

  return {
    now: () => clock.now(),

    async open(draft): Promise<Written> {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall(draft, { removeUndefinedValues: true }),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { won: true, operation: draft };
      } catch (error) {
        // The SDK's own retry may meet the item that its first try wrote: that is a win.
        const existing = await inTheWay(error);
        return { won: existing.writtenBy === draft.writtenBy, operation: existing };
      }
    },

    async change(seen, change): Promise<Written> {
      const next = { ...evolve(seen, change, clock.now()), writtenBy: randomUUID() };
      const item = await stored(next);
      try {
        await client.send(new UpdateItemCommand({ TableName: tableName, ...differences(seen, item) }));
        return { won: true, operation: next };
      } catch (error) {
        // As above: the token tells our own repeated write from another process's equal one.
        const existing = await inTheWay(error);
        return { won: existing.writtenBy === next.writtenBy, operation: existing };
      }
    },

    async get(id) {
      if (!mayBeKey(id)) return undefined;
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ id }), ConsistentRead: true }),
      );
      return Item && toOperation(Item);
    },
  };
}

/** Ids come from callers; DynamoDB refuses a key that is empty or longer than 2 KB. */
const mayBeKey = (id: string): boolean => id !== '' && Buffer.byteLength(id) <= 2048;

/** Bytes of an item, roughly: strings make up nearly all of it. */
const sizeOf = (operation: Operation): number => Buffer.byteLength(JSON.stringify(operation));

/** One conditional update that turns the item of `seen` into `next`. */
function differences(seen: Operation, next: Operation) {
  const fields = Object.keys(next).filter((name) => name !== 'id' && field(next, name) !== field(seen, name));
  const set = fields.filter((name) => field(next, name) !== undefined);
  const remove = fields.filter((name) => field(next, name) === undefined);
  const assignments = set.map((name) => `#${name} = :${name}`).join(', ');
  return {
    Key: marshall({ id: seen.id }),
    UpdateExpression: `SET ${assignments}${remove.length ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''}`,
    ConditionExpression: '#version = :seen',
    ExpressionAttributeNames: Object.fromEntries(fields.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall({
      ':seen': seen.version,
      ...Object.fromEntries(set.map((name) => [`:${name}`, field(next, name)])),
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

const field = (operation: Operation, name: string): unknown => Object.getOwnPropertyDescriptor(operation, name)?.value;
