import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Links } from '../people/link.ts';

const linkSchema = z.object({ approvalId: z.string(), approver: z.string(), expiration: z.int() });

/** The links of the approvals table: `link#` and the hash of what stands in the mail. */
export function approvalLinks(client: DynamoDBClient, tableName: string): Links {
  const idOf = (hash: string) => `link#${hash}`;
  return {
    async put(hash, link) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...link, id: idOf(hash) }),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        const { approvalId, approver } = linkSchema.parse(unmarshall(error.Item));
        // The SDK's own retry meets what its first try wrote; a link never changes what it names.
        if (approvalId !== link.approvalId || approver !== link.approver) throw error;
      }
    },

    async find(hash) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ id: idOf(hash) }), ConsistentRead: true }),
      );
      return Item && linkSchema.parse(unmarshall(Item));
    },
  };
}
