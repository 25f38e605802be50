import type { ServiceContext } from '../../service.ts';
import { expressionsOf } from './expressions/of-request.ts';
import { loadItem } from './items.ts';
import { keyOfRequest } from './key.ts';
import { projected } from './path.ts';
import { flagMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { storeOf, tableOf } from './store.ts';

const MEMBERS = ['TableName', 'Key', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'];

/** GetItem: one item, or an answer without `Item`; every read is consistent here. */
export const getItem = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('GetItem', input, MEMBERS);
  flagMember(input, 'ConsistentRead');
  const store = storeOf(context);
  const table = tableOf(store, tableNameOf(input));
  const key = keyOfRequest(table.key, itemMember(input, 'Key'));
  const { projection, scope } = expressionsOf(input);
  const item = loadItem(store, table, key);
  if (!item) return {};
  return { Item: projection ? projected(item, projection.map(scope.path)) : item };
};
