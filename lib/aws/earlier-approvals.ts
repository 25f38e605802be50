import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { approvalSchema } from '../core/approval/approval.ts';
import type { EarlierApprovals } from '../people/earlier.ts';

const { id, status, need, decisions, createdAt } = approvalSchema.shape;
/** What the index holds; of what was shown then, the line that says it all. */
const rowSchema = z.object({ id, status, need, decisions, createdAt, shown: z.string() });
const shownSchema = z.object({ headline: z.string() });

/** Earlier rounds by the index `byAbout` of the approvals table, which lags behind it by a moment. */
export const earlierApprovals = (client: DynamoDBClient, tableName: string): EarlierApprovals => ({
  async about(object, before) {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'byAbout',
        KeyConditionExpression: '#about = :about AND #at < :before',
        ExpressionAttributeNames: { '#about': 'about', '#at': 'createdAt' },
        ExpressionAttributeValues: marshall({ ':about': object, ':before': before }),
        ScanIndexForward: false,
        Limit: 5,
      }),
    );
    return Items.map((item) => {
      const { shown, ...row } = rowSchema.parse(unmarshall(item));
      return { ...row, headline: shownSchema.parse(JSON.parse(shown)).headline };
    });
  },
});
