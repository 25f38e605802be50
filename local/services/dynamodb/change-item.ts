import { type ServiceContext, ServiceError } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import type { Item } from './attribute-value.ts';
import { holds } from './expressions/evaluate.ts';
import { expressionsOf, type RequestExpressions } from './expressions/of-request.ts';
import { loadItem, saveChange } from './items.ts';
import type { StoredKey } from './key.ts';
import { choiceMember, type Input } from './request.ts';
import { storeOf } from './store.ts';
import { announce } from './stream.ts';
import type { Table } from './table.ts';

/** The members that every write takes beside its own. */
export const WRITE_MEMBERS = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];

/** One write of one item: where it goes, and what becomes of the item that is there. */
export interface Write {
  readonly table: Table;
  readonly key: StoredKey;
  readonly input: Input;
  next(before: Item | undefined, expressions: RequestExpressions): Item | undefined;
}

const refused = (returned: 'NONE' | 'ALL_OLD', before: Item | undefined): ServiceError =>
  new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', {
    details: returned === 'ALL_OLD' && before ? { Item: before } : {},
  });

/**
 * Reads, checks the condition and writes in one transaction, then wakes those who wait for the stream.
 * Errors: `ConditionalCheckFailedException`, with the item if the request asks for it.
 */
export const changeItem = (
  context: ServiceContext,
  { table, key, input, next }: Write,
): { readonly before: Item | undefined; readonly after: Item | undefined } => {
  const store = storeOf(context);
  const expressions = expressionsOf(input);
  const returned = choiceMember(input, 'ReturnValuesOnConditionCheckFailure', ['NONE', 'ALL_OLD']);
  const { condition, scope } = expressions;
  const { changed, ...images } = transaction(store.database, () => {
    const before = loadItem(store, table, key);
    if (condition && !holds(condition, before ?? {}, scope)) throw refused(returned, before);
    const after = next(before, expressions);
    return { before, after, changed: saveChange(store, table, key, { before, after }, context.clock.now()) };
  });
  if (changed) announce(store, table);
  return images;
};
