import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { type Absences, absenceSchema } from '../core/approval/absence.ts';

/** The schema of an item; null for an absence that was ended. */
const itemSchema = z.object({ absence: absenceSchema.nullable() });
/** How long an absence that is over is kept, in seconds. */
const keptFor = 30 * 86_400;

/** The absences of the approvals table: `absence#` and the approver's name. What is said last holds. */
export function absencesTable(client: DynamoDBClient, tableName: string): Absences {
  const keyOf = (approver: string) => marshall({ id: `absence#${approver}` });
  return {
    async get(approver) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(approver), ConsistentRead: true }),
      );
      return Item && (itemSchema.parse(unmarshall(Item)).absence ?? undefined);
    },

    async set(approver, absence) {
      // Who is back keeps the item until the absence would have been forgotten.
      const values = absence
        ? { ':absence': absence, ':expiration': Date.parse(absence.to) / 1000 + keptFor }
        : { ':absence': null };
      const names = { '#absence': 'absence', ...(absence && { '#expiration': 'expiration' }) };
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(approver),
          UpdateExpression: `SET #absence = :absence${absence ? ', #expiration = :expiration' : ''}`,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
        }),
      );
    },
  };
}
