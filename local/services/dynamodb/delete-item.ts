import type { ServiceContext } from '../../service.ts';
import { changeItem, WRITE_MEMBERS } from './change-item.ts';
import { keyOfRequest } from './key.ts';
import { choiceMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { storeOf, tableOf } from './store.ts';

/** DeleteItem: removes an item, if its condition is met; removing none is no error. */
export const deleteItem = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('DeleteItem', input, ['Key', ...WRITE_MEMBERS]);
  const table = tableOf(storeOf(context), tableNameOf(input));
  const returned = choiceMember(input, 'ReturnValues', ['NONE', 'ALL_OLD']);
  const key = keyOfRequest(table.key, itemMember(input, 'Key'));
  const { before } = changeItem(context, { table, key, input, next: () => undefined });
  return returned === 'ALL_OLD' && before ? { Attributes: before } : {};
};
