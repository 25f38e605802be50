import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** What is known of operations that are not settled, by the indexes of their table: ids, oldest first, perhaps a moment behind. */
export interface UnsettledIndex {
  /** The operation that joined a lane of the backlog first and is not settled. */
  firstOf(lane: string): Promise<string | undefined>;
  /** Ids of what was last changed before a moment (ms), in a partition of the index: a system, or its second looks. What is queued is answered alone, or not at all. */
  before(partition: string, moment: number, only: 'queued' | 'others'): Promise<readonly string[]>;
}

/** Index entries that one question reads at the most: the next question goes on where this one has settled something. */
const page = 500;

/** The indexes `byLane` and `byUnsettled` of the operations table. */
export function unsettledIndex(client: DynamoDBClient, TableName: string): UnsettledIndex {
  return {
    async firstOf(lane) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byLane',
          KeyConditionExpression: '#lane = :lane',
          ExpressionAttributeNames: { '#lane': 'lane' },
          ExpressionAttributeValues: marshall({ ':lane': lane }),
          Limit: 1,
        }),
      );
      return Items.map(idOf)[0];
    },
    async before(partition, moment, only) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byUnsettled',
          KeyConditionExpression: '#unsettled = :partition AND #at < :moment',
          FilterExpression: only === 'queued' ? '#state = :queued' : '#state <> :queued',
          ExpressionAttributeNames: { '#unsettled': 'unsettled', '#at': 'updatedAt', '#state': 'state' },
          ExpressionAttributeValues: marshall({ ':partition': partition, ':moment': moment, ':queued': 'queued' }),
          Limit: page,
        }),
      );
      return Items.map(idOf);
    },
  };
}

const idOf = (item: Record<string, AttributeValue>): string => item['id']?.S ?? '';
