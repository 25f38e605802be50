import type { ServiceContext } from '../../service.ts';
import type { Item } from './attribute-value.ts';
import { pathsIn } from './expressions/condition-paths.ts';
import { expressionsOf, type RequestExpressions } from './expressions/of-request.ts';
import type { Condition } from './expressions/syntax.ts';
import { invalid } from './invalid.ts';
import { attributesOf, type KeySchema } from './key.ts';
import { keyRangeOf } from './key-condition.ts';
import { limitOf, readPage } from './page.ts';
import { flagMember, type Input, itemMember, refuseOtherMembers, tableNameOf } from './request.ts';
import { searchRows } from './rows.ts';
import { storeOf, tableOf } from './store.ts';
import type { Index, Table } from './table.ts';

const MEMBERS = [
  'TableName',
  'IndexName',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'Limit',
  'ExclusiveStartKey',
  'ScanIndexForward',
  'ConsistentRead',
];

const indexOf = (table: Table, input: Input): Index | undefined => {
  const name = input['IndexName'];
  if (name === undefined) return undefined;
  const index = table.indexes.find((one) => one.name === name);
  if (!index) throw invalid(`The table does not have the specified index: ${String(name)}`);
  if (flagMember(input, 'ConsistentRead')) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  return index;
};

const refuseKeyFilter = (key: KeySchema, { filter, scope }: RequestExpressions): void => {
  const filtered = filter ? pathsIn(filter).map((path) => scope.path(path)[0]) : [];
  const attribute = attributesOf(key).find(({ name }) => filtered.includes(name));
  if (!attribute) return;
  throw invalid(
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${attribute.name}`,
  );
};

const startMember = (input: Input): Item | undefined =>
  input['ExclusiveStartKey'] === undefined ? undefined : itemMember(input, 'ExclusiveStartKey');

const keyConditionOf = ({ keyCondition }: RequestExpressions): Condition => {
  if (keyCondition) return keyCondition;
  throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
};

/** Query: the items of one partition of a table or an index, in the order of the sort key, page by page. */
export const query = (context: ServiceContext, input: Input): object => {
  refuseOtherMembers('Query', input, MEMBERS);
  const store = storeOf(context);
  const table = tableOf(store, tableNameOf(input));
  const index = indexOf(table, input);
  const key = index?.key ?? table.key;
  const limit = limitOf(input);
  const expressions = expressionsOf(input);
  const range = keyRangeOf(keyConditionOf(expressions), key, expressions.scope);
  refuseKeyFilter(key, expressions);
  const forward = flagMember(input, 'ScanIndexForward', true);
  const rows = searchRows(store, { table, index, range, forward, start: startMember(input) });
  return readPage(rows, expressions, { limit, keys: index ? [table.key, index.key] : [table.key], index });
};
