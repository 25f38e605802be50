import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** What is known of operations that are not settled, by the indexes of their table: ids, oldest first, perhaps a moment behind. */
export interface UnsettledIndex {
  /** The operation that joined a lane of the backlog first and is not settled. */
  firstOf(lane: string): Promise<string | undefined>;
  /** Ids of what was last changed before a moment (ms), in a partition of the index: a system, or its second looks. */
  before(partition: string, moment: number, limit: number): Promise<readonly string[]>;
}

/** The indexes `byLane` and `byUnsettled` of the operations table. */
export function unsettledIndex(client: DynamoDBClient, tableName: string): UnsettledIndex {
  const query = async (index: Index, { of, before, limit }: { of: string; before?: number; limit: number }) => {
    const { name, partition, sort } = indexes[index];
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: name,
        KeyConditionExpression: before === undefined ? '#of = :of' : '#of = :of AND #at < :before',
        ExpressionAttributeNames: { '#of': partition, ...(before !== undefined && { '#at': sort }) },
        ExpressionAttributeValues: marshall({ ':of': of, ...(before !== undefined && { ':before': before }) }),
        ScanIndexForward: true,
        Limit: limit,
      }),
    );
    return Items.map(idOf);
  };
  return {
    firstOf: async (lane) => (await query('lane', { of: lane, limit: 1 }))[0],
    before: (of, before, limit) => query('unsettled', { of, before, limit }),
  };
}

const indexes = {
  lane: { name: 'byLane', partition: 'lane', sort: 'queuedAt' },
  unsettled: { name: 'byUnsettled', partition: 'unsettled', sort: 'updatedAt' },
} as const;
type Index = keyof typeof indexes;

const idOf = (item: Record<string, AttributeValue>): string => item['id']?.S ?? '';
