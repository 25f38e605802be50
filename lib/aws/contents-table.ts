import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { Contents, Holder } from '../core/policy/possible-duplicate.ts';

const holderSchema = z.object({ operationId: z.string(), at: z.number() });
/** Longer than any window that a configuration may name, in seconds. */
const keepFor = 32 * 86_400;

/** The contents of the coordination table: one item for each. */
export const contentsTable = (client: DynamoDBClient, tableName: string): Contents => ({
  async take({ system, content }, { operationId, at }, { since, instead }): Promise<Holder | undefined> {
    const values = { ':by': operationId, ':at': at, ':since': since, ':expiration': Math.floor(at / 1000) + keepFor };
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ id: `content#${system}#${content}` }),
          UpdateExpression: 'SET #by = :by, #at = :at, #expiration = :expiration',
          ConditionExpression: `attribute_not_exists(id) OR #at < :since OR #by = :by${instead === undefined ? '' : ' OR #by = :instead'}`,
          ExpressionAttributeNames: { '#by': 'operationId', '#at': 'at', '#expiration': 'expiration' },
          ExpressionAttributeValues: marshall({ ...values, ...(instead !== undefined && { ':instead': instead }) }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException && cause.Item)
        return holderSchema.parse(unmarshall(cause.Item));
      throw new CountersignError('STORE_UNAVAILABLE', 'Whether the same was asked for lately cannot be told.', {
        cause,
      });
    }
  },
});
