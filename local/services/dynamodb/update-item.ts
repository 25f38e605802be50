import type { ServiceContext } from '../../service.ts';
import type { Item } from './attribute-value.ts';
import { changeItem, WRITE_MEMBERS } from './change-item.ts';
import { applyUpdate, updatedPaths } from './expressions/apply-update.ts';
import type { RequestExpressions } from './expressions/of-request.ts';
import { invalid } from './invalid.ts';
import { itemSize, LARGEST_ITEM } from './item-size.ts';
import { attributesOf, keyOfRequest } from './key.ts';
import { type Path, projected } from './path.ts';
import { choiceMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { storeOf, tableOf } from './store.ts';
import type { Table } from './table.ts';

const RETURNED = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const;

const refuseKeyChange = (table: Table, paths: readonly Path[]): void => {
  for (const { name } of attributesOf(table.key)) {
    if (!paths.some(([attribute]) => attribute === name)) continue;
    throw invalid(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
  }
};

const updated = (item: Item, { update, scope }: RequestExpressions): { after: Item; paths: readonly Path[] } => {
  if (!update) return { after: item, paths: [] };
  const paths = updatedPaths(update, scope);
  const after = applyUpdate(update, item, scope);
  if (itemSize(after) > LARGEST_ITEM) throw invalid('Item size to update has exceeded the maximum allowed size');
  return { after, paths };
};

const answer = (
  returned: (typeof RETURNED)[number],
  images: { readonly before: Item | undefined; readonly after: Item | undefined },
  paths: readonly Path[],
): object => {
  if (returned === 'NONE') return {};
  const image = (returned.endsWith('NEW') ? images.after : images.before) ?? {};
  const attributes = returned.startsWith('ALL') ? image : projected(image, paths);
  return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
};

/** UpdateItem: changes or makes an item by an update expression, if its condition is met. */
export const updateItem = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('UpdateItem', input, ['Key', 'UpdateExpression', ...WRITE_MEMBERS]);
  const table = tableOf(storeOf(context), tableNameOf(input));
  const keyItem = itemMember(input, 'Key');
  const key = keyOfRequest(table.key, keyItem);
  const returned = choiceMember(input, 'ReturnValues', RETURNED);
  let touched: readonly Path[] = [];
  const next = (before: Item | undefined, expressions: RequestExpressions): Item => {
    const { after, paths } = updated(before ?? keyItem, expressions);
    refuseKeyChange(table, paths);
    touched = paths;
    return after;
  };
  const images = changeItem(context, { table, key, input, next });
  return answer(returned, images, touched);
};
