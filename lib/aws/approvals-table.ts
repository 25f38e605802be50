import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Approval, type Approvals, approvalSchema } from '../core/approval/approval.ts';
import { updateOf } from './update-of.ts';

type Item = Record<string, AttributeValue>;

/** The rounds of the approvals table of DynamoDB. Beside them it holds links and what is known of sign-ins. */
export function approvalsTable(client: DynamoDBClient, tableName: string): Approvals {
  return {
    async open(draft) {
      const writtenBy = randomUUID();
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...draft, writtenBy }, { removeUndefinedValues: true }),
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { won: true, approval: draft };
      } catch (error) {
        return inTheWay(error, writtenBy);
      }
    },

    async change(seen, change) {
      const next = { ...change, version: seen.version + 1 };
      const writtenBy = randomUUID();
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: marshall({ id: seen.id }),
            ...updateOf({ ...next, writtenBy }, seen.version),
          }),
        );
        return { won: true, approval: { ...seen, ...next } };
      } catch (error) {
        return inTheWay(error, writtenBy);
      }
    },

    async get(id) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ id }), ConsistentRead: true }),
      );
      return Item && approvalOf(Item);
    },

    async pending() {
      const found: Approval[] = [];
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'byStatus',
            KeyConditionExpression: '#status = :pending',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: marshall({ ':pending': 'pending' }),
            ScanIndexForward: true,
            ExclusiveStartKey: from,
          }),
        );
        found.push(...(page.Items ?? []).map(approvalOf));
        from = page.LastEvaluatedKey;
      } while (from);
      return found;
    },
  };
}

/** The item that stood in the way. One with our own token is a win: the SDK's retry met what its first try wrote. */
function inTheWay(error: unknown, writtenBy: string): { won: boolean; approval: Approval } {
  if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
  return { won: error.Item['writtenBy']?.S === writtenBy, approval: approvalOf(error.Item) };
}

/** Not parsed: the token, by which a write knows itself, is the table's own. */
function approvalOf(item: Item): Approval {
  const { writtenBy: _, ...approval } = unmarshall(item);
  return approvalSchema.parse(approval);
}
