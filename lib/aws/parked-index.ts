import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import { secondLookOf } from '../core/operation/operation.ts';

/** An operation that waits for an operator, by the index: perhaps a moment behind. */
export interface Parked {
  readonly id: string;
  /** When it came into its state (ms). */
  readonly since: number;
}

/** A page of them; an empty one with a cursor is not the end. */
export interface ParkedPage {
  readonly parked: readonly Parked[];
  readonly nextCursor?: string;
}

const cursorSchema = z.strictObject({
  partition: z.union([z.literal(0), z.literal(1)]),
  from: z.strictObject({ id: z.string(), unsettled: z.string(), updatedAt: z.number() }).optional(),
});
type Cursor = z.infer<typeof cursorSchema>;

/**
 * What is in review or dead in one system, or of sagas under way, by the index `byUnsettled` of the operations table. What is also due for its
 * second look stands in the partition of those.
 */
export const parkedIndex =
  (client: DynamoDBClient, TableName: string) =>
  async (
    system: string,
    state: 'review' | 'dead' | 'running',
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<ParkedPage> => {
    const { partition, from } = parsed(cursor);
    const names = [secondLookOf(system), `${system} ${state}`] as const;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byUnsettled',
        KeyConditionExpression: '#unsettled = :partition',
        FilterExpression: '#state = :state',
        ExpressionAttributeNames: { '#unsettled': 'unsettled', '#state': 'state' },
        ExpressionAttributeValues: marshall({ ':partition': names[partition], ':state': state }),
        Limit: limit,
        // The partition is ours to say, whatever a cursor names.
        ExclusiveStartKey: from && marshall({ ...from, unsettled: names[partition] }),
      }),
    );
    const parked = Items.map(parkedOf);
    if (LastEvaluatedKey) return { parked, nextCursor: cursorOf({ partition, from: keyOf(LastEvaluatedKey) }) };
    return partition === 0 ? { parked, nextCursor: cursorOf({ partition: 1 }) } : { parked };
  };

/** Everything that is parked, page by page. */
export async function* allParked(
  page: ReturnType<typeof parkedIndex>,
  system: string,
  state: 'review' | 'dead',
): AsyncGenerator<Parked> {
  let cursor: string | undefined;
  do {
    const { parked, nextCursor } = await page(system, state, { limit: 500, cursor });
    yield* parked;
    cursor = nextCursor;
  } while (cursor !== undefined);
}

const parkedOf = (item: Record<string, AttributeValue>): Parked => ({
  id: item['id']?.S ?? '',
  since: Number(item['since']?.N ?? item['updatedAt']?.N ?? 0),
});

const keyOf = (key: Record<string, AttributeValue>): Cursor['from'] => ({
  id: key['id']?.S ?? '',
  unsettled: key['unsettled']?.S ?? '',
  updatedAt: Number(key['updatedAt']?.N),
});

const cursorOf = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Throws `INPUT_INVALID` for what this interface did not give out. */
function parsed(cursor: string | undefined): Cursor {
  if (cursor === undefined) return { partition: 0 };
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new CountersignError('INPUT_INVALID', 'The cursor is not one that this interface gave out.');
  }
}
