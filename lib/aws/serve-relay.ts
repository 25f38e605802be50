import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { entryOf, type Journal } from '../core/journal.ts';
import { type Operation, operationSchema } from '../core/operation/operation.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { stores } from './runtime.ts';

type Environment = ReturnType<typeof environmentOf<['OPERATIONS_TABLE', 'JOURNAL_TABLE', 'RESULTS_BUCKET']>>;

/** Asks for a repair run: what the stream has lost is found on the items themselves. */
export interface RepairRequest {
  readonly repair: true;
}

/** The relay: the only part that sends on what happened to an operation. Today that is the journal. */
export function serveRelay(environment: Environment) {
  const { client, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const relay = (operation: Operation) =>
    relayEvents(operation, { client, journal, tableName: environment.OPERATIONS_TABLE });
  return async (event: DynamoDBStreamEvent | RepairRequest): Promise<DynamoDBBatchResponse | { repaired: number }> =>
    'repair' in event
      ? { repaired: await repair(client, environment.OPERATIONS_TABLE, relay) }
      : relayBatch(event, relay);
}

type Relay = (operation: Operation) => Promise<void>;

/** Stops at the first record that fails: what comes after it must not overtake it. */
async function relayBatch({ Records }: DynamoDBStreamEvent, relay: Relay): Promise<DynamoDBBatchResponse> {
  for (const record of Records) {
    try {
      const operation = operationIn(record);
      if (operation) await relay(operation);
    } catch (error) {
      logError('relay failed', error, { eventId: record.eventID ?? '' });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}

/** The item after the change; nothing for deletes, which only the TTL makes. */
function operationIn({ eventName, dynamodb }: DynamoDBRecord): Operation | undefined {
  if (eventName === 'REMOVE' || !dynamodb?.NewImage) return undefined;
  return operationSchema.parse(unmarshall(dynamodb.NewImage as Record<string, AttributeValue>));
}

interface Targets {
  readonly client: DynamoDBClient;
  readonly journal: Journal;
  readonly tableName: string;
}

async function relayEvents(operation: Operation, { client, journal, tableName }: Targets): Promise<void> {
  if (operation.events.length === 0) return;
  for (const event of operation.events) await journal.append(entryOf(operation, event));
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: marshall({ id: operation.id }),
        // Not a transition: the version stays. An item that has moved on is cleaned up after its own event.
        UpdateExpression: 'SET #events = :none',
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#events': 'events', '#version': 'version' },
        ExpressionAttributeValues: marshall({ ':none': [], ':version': operation.version }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Walks all operations and relays what still has events: the stream keeps a day, the items keep everything. */
async function repair(client: DynamoDBClient, tableName: string, relay: Relay): Promise<number> {
  let repaired = 0;
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page: { Items?: Record<string, AttributeValue>[]; LastEvaluatedKey?: Record<string, AttributeValue> } =
      await client.send(
        new ScanCommand({
          TableName: tableName,
          FilterExpression: 'size(#events) > :none',
          ExpressionAttributeNames: { '#events': 'events' },
          ExpressionAttributeValues: marshall({ ':none': 0 }),
          ExclusiveStartKey: from,
        }),
      );
    for (const item of page.Items ?? []) await relay(operationSchema.parse(unmarshall(item)));
    repaired += page.Items?.length ?? 0;
    from = page.LastEvaluatedKey;
  } while (from);
  return repaired;
}
