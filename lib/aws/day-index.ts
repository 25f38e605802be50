import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { CountersignError } from '../core/errors.ts';

/** A page of what happened, newest first unless `after` asks for what came later. */
export interface DayPage<T> {
  readonly entries: T[];
  readonly nextCursor?: string;
}

/** Reads a table's `byDay` index, whose partition is the UTC day: one day a page, at most `limit` entries. */
export async function readDay<T>(
  client: DynamoDBClient,
  ask: {
    tableName: string;
    sortKey: 'createdAt' | 'at';
    day: string;
    limit: number;
    /** Only later than this (epoch ms), oldest first. */
    after?: number | undefined;
    cursor?: string | undefined;
    parse(item: Record<string, unknown>): T;
  },
): Promise<DayPage<T>> {
  const later = ask.after !== undefined;
  const query = new QueryCommand({
    TableName: ask.tableName,
    IndexName: 'byDay',
    KeyConditionExpression: later ? '#day = :day AND #at > :after' : '#day = :day',
    ExpressionAttributeNames: { '#day': 'day', ...(later && { '#at': ask.sortKey }) },
    ExpressionAttributeValues: marshall({ ':day': ask.day, ...(later && { ':after': ask.after }) }),
    ScanIndexForward: later,
    Limit: ask.limit,
    ExclusiveStartKey: cursorOf(ask.cursor),
  });
  const { Items = [], LastEvaluatedKey } = await client.send(query).catch((error: unknown) => {
    // The cursor is the only part of the query that a caller makes up.
    throw ask.cursor !== undefined && isInvalid(error) ? notOurs() : error;
  });
  const entries = Items.map((item) => ask.parse(unmarshall(item)));
  return LastEvaluatedKey
    ? { entries, nextCursor: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString('base64url') }
    : { entries };
}

/** Only key attributes of two plain types come back in. Throws `INPUT_INVALID`. */
function cursorOf(cursor: string | undefined): Record<string, AttributeValue> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return marshall(unmarshall(key as Record<string, AttributeValue>));
  } catch {
    throw notOurs();
  }
}

const isInvalid = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';
const notOurs = () => new CountersignError('INPUT_INVALID', 'The cursor is not one that this interface gave out.');
