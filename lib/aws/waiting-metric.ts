import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { MeterStore } from '../core/resilience/meter-state.ts';
import { tell } from './emf.ts';

/** What is told of a system's open operations. */
export interface WaitingMetric {
  readonly client: DynamoDBClient;
  /** The operations table. */
  readonly table: string;
  readonly meter: MeterStore;
  readonly now: number;
}

/** Tells how many operations of a system wait for it and how many are open otherwise, for how long the oldest of each has been, and whether the system's breaker is open. */
export async function tellWaiting(system: string, { client, table, meter, now }: WaitingMetric): Promise<void> {
  const found = { queued: { count: 0, oldest: now }, others: { count: 0, oldest: now } };
  for await (const { state, since } of allOpen(client, table, system)) {
    const group = found[state === 'queued' ? 'queued' : 'others'];
    group.count++;
    group.oldest = Math.min(group.oldest, since);
  }
  const { breaker } = await meter.read();
  const seconds = (oldest: number) => ['Seconds', Math.round((now - oldest) / 1000)] as const;
  tell(
    { system },
    {
      Queued: ['Count', found.queued.count],
      QueuedFor: seconds(found.queued.oldest),
      Unsettled: ['Count', found.others.count],
      UnsettledFor: seconds(found.others.oldest),
      BreakerOpen: ['NoUnit', breaker.state === 'closed' ? 0 : 1],
    },
  );
}

/** Everything open in a system, page by page, by the index `byUnsettled`: perhaps a moment behind. */
async function* allOpen(
  client: DynamoDBClient,
  TableName: string,
  system: string,
): AsyncGenerator<{ readonly state: string; readonly since: number }> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page: { Items?: Record<string, AttributeValue>[]; LastEvaluatedKey?: Record<string, AttributeValue> } =
      await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byUnsettled',
          KeyConditionExpression: '#unsettled = :system',
          ExpressionAttributeNames: { '#unsettled': 'unsettled' },
          ExpressionAttributeValues: marshall({ ':system': system }),
          ExclusiveStartKey: from,
        }),
      );
    for (const item of page.Items ?? [])
      yield { state: item['state']?.S ?? '', since: Number(item['since']?.N ?? item['updatedAt']?.N) };
    from = page.LastEvaluatedKey;
  } while (from);
}
