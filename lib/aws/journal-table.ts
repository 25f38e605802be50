import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { CountersignError } from '../core/errors.ts';
import type { Journal } from '../core/journal.ts';

/** The journal table. Throws `STORE_UNAVAILABLE`: what cannot be journaled is not answered. */
export const journalTable = (client: DynamoDBClient, tableName: string): Journal => ({
  async append(entry) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall(entry, { removeUndefinedValues: true }),
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return; // it is there already
      throw new CountersignError('STORE_UNAVAILABLE', 'The journal cannot be written.', { cause: error });
    }
  },
});
