import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { CountersignError } from '../core/errors.ts';
import type { Ledger } from '../core/ledger.ts';

/** The ledger in its table of DynamoDB: an item for each record, each written over the version before it. */
export const ledgerTable = (client: DynamoDBClient, tableName: string): Ledger => ({
  async get(id) {
    try {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ id }), ConsistentRead: true }),
      );
      return Item && unmarshall(Item);
    } catch (cause) {
      throw new CountersignError('STORE_UNAVAILABLE', 'The ledger could not be read.', { cause });
    }
  },

  async put(record, { signal, permit } = {}) {
    await permit?.();
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall(record, { removeUndefinedValues: true }),
          ...(record.version === 1
            ? { ConditionExpression: 'attribute_not_exists(id)' }
            : following(record.version - 1)),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      return true;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false;
      throw new CountersignError('STORE_UNAVAILABLE', 'The ledger did not say whether it took it.', {
        ...{ cause, applied: 'unknown' },
      });
    }
  },
});

const following = (version: number) => ({
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: marshall({ ':version': version }),
});
