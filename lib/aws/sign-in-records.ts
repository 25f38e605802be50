import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { SignInRecords } from '../people/sign-in-record.ts';
import { updateOf } from './update-of.ts';

const recordSchema = z.object({ lastStep: z.int(), failures: z.int(), lockedUntil: z.int(), version: z.int() });
const untouched = { lastStep: 0, failures: 0, lockedUntil: 0, version: 0 };

/** What the approvals table knows of sign-ins: `approver#` and the approver's name. */
export function signInRecords(client: DynamoDBClient, tableName: string): SignInRecords {
  const keyOf = (approver: string) => marshall({ id: `approver#${approver}` });
  return {
    async get(approver) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(approver), ConsistentRead: true }),
      );
      return Item ? recordSchema.parse(unmarshall(Item)) : untouched;
    },

    async change(approver, seen, change) {
      const next = { ...seen, ...change, version: seen.version + 1 };
      const writtenBy = randomUUID();
      const update = updateOf({ ...next, writtenBy }, seen.version === 0 ? undefined : seen.version);
      try {
        await client.send(new UpdateItemCommand({ TableName: tableName, Key: keyOf(approver), ...update }));
        return next;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // As in the other tables: meeting one's own token is a win.
        return error.Item?.['writtenBy']?.S === writtenBy ? next : undefined;
      }
    },
  };
}
