import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** So many, and for how long the oldest has been in its state (seconds). */
export interface Waiting {
  readonly count: number;
  readonly seconds: number;
}

/** What is open in a system at a moment (ms): operations that wait in its backlog, and the others. By the index `byUnsettled`, perhaps a moment behind. */
export async function openOperations(
  client: DynamoDBClient,
  { table, system, now }: { readonly table: string; readonly system: string; readonly now: number },
): Promise<{ readonly queued: Waiting; readonly others: Waiting }> {
  const queued: number[] = [];
  const others: number[] = [];
  for await (const item of allOpen(client, table, system))
    (item['state']?.S === 'queued' ? queued : others).push(Number(item['since']?.N ?? item['updatedAt']?.N));
  const waiting = (moments: readonly number[]): Waiting => ({
    count: moments.length,
    seconds: Math.round((now - moments.reduce((oldest, moment) => Math.min(oldest, moment), now)) / 1000),
  });
  return { queued: waiting(queued), others: waiting(others) };
}

type Item = Record<string, AttributeValue>;

async function* allOpen(client: DynamoDBClient, TableName: string, system: string): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page: { Items?: Item[]; LastEvaluatedKey?: Item } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byUnsettled',
        KeyConditionExpression: '#unsettled = :system',
        ExpressionAttributeNames: { '#unsettled': 'unsettled' },
        ExpressionAttributeValues: marshall({ ':system': system }),
        ExclusiveStartKey: from,
      }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
