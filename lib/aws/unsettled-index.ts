import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** What is known of operations that are not settled, by the indexes of their table: ids, oldest first, perhaps a moment behind. */
export interface UnsettledIndex {
  /** The operation that joined a lane of the backlog first and is not settled. */
  firstOf(lane: string): Promise<string | undefined>;
  /** Ids of what was last changed before a moment (ms), in a partition of the index: a system, or its second looks. What is queued is answered alone, or not at all. */
  before(partition: string, moment: number, only: 'queued' | 'others'): Promise<readonly string[]>;
}

/** One question answers no more: the next one goes on where this one has settled something. */
const most = 500;

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
      const ids: string[] = [];
      let from: Item | undefined;
      // What is filtered out counts for a page of DynamoDB: behind a long backlog the others come many pages later.
      do {
        const read: { Items?: Item[]; LastEvaluatedKey?: Item } = await client.send(
          new QueryCommand({
            TableName,
            IndexName: 'byUnsettled',
            KeyConditionExpression: '#unsettled = :partition AND #at < :moment',
            FilterExpression: only === 'queued' ? '#state = :queued' : '#state <> :queued',
            ExpressionAttributeNames: { '#unsettled': 'unsettled', '#at': 'updatedAt', '#state': 'state' },
            ExpressionAttributeValues: marshall({ ':partition': partition, ':moment': moment, ':queued': 'queued' }),
            ExclusiveStartKey: from,
          }),
        );
        ids.push(...(read.Items ?? []).map(idOf));
        from = read.LastEvaluatedKey;
      } while (from && ids.length < most);
      return ids.slice(0, most);
    },
  };
}

type Item = Record<string, AttributeValue>;

const idOf = (item: Item): string => item['id']?.S ?? '';
