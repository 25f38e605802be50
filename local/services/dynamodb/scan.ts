import type { ServiceContext } from '../../service.ts';
import { expressionsOf } from './expressions/of-request.ts';
import { limitOf, readPage } from './page.ts';
import { flagMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { scanRows } from './rows.ts';
import { storeOf, tableOf } from './store.ts';

const MEMBERS = [
  'TableName',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'Limit',
  'ExclusiveStartKey',
  'ConsistentRead',
];

/** Scan: all items of a table, page by page. */
export const scan = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('Scan', input, MEMBERS);
  flagMember(input, 'ConsistentRead');
  const store = storeOf(context);
  const table = tableOf(store, tableNameOf(input));
  const limit = limitOf(input);
  const expressions = expressionsOf(input);
  const start = input['ExclusiveStartKey'] === undefined ? undefined : itemMember(input, 'ExclusiveStartKey');
  return readPage(scanRows(store, table, start), expressions, { limit, keys: [table.key], index: undefined });
};
