import type { ServiceContext } from '../../service.ts';
import { changeItem, WRITE_MEMBERS } from './change-item.ts';
import { invalid } from './invalid.ts';
import { itemSize, LARGEST_ITEM } from './item-size.ts';
import { keyOfItem } from './key.ts';
import { choiceMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { storeOf, tableOf } from './store.ts';

/** PutItem: stores a whole item, if its condition is met. */
export const putItem = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('PutItem', input, ['Item', ...WRITE_MEMBERS]);
  const table = tableOf(storeOf(context), tableNameOf(input));
  const item = itemMember(input, 'Item');
  const returned = choiceMember(input, 'ReturnValues', ['NONE', 'ALL_OLD']);
  const key = keyOfItem(table.key, item);
  if (itemSize(item) > LARGEST_ITEM) throw invalid('Item size has exceeded the maximum allowed size');
  const { before } = changeItem(context, { table, key, input, next: () => item });
  return returned === 'ALL_OLD' && before ? { Attributes: before } : {};
};
