import type { Item } from './attribute-value.ts';
import { holds } from './expressions/evaluate.ts';
import type { RequestExpressions } from './expressions/of-request.ts';
import { invalid } from './invalid.ts';
import { type KeySchema, keyAttributes } from './key.ts';
import { projected } from './path.ts';
import type { Input } from './request.ts';
import type { Row } from './rows.ts';
import type { Index } from './table.ts';

/** A page ends once the items read for it, matching or not, come to this many bytes. */
const LARGEST_PAGE = 1024 * 1024;

/** How a page is cut: at most `limit` items read, its end named by the key attributes of `keys`. */
export interface Paging {
  readonly limit: number | undefined;
  readonly keys: readonly KeySchema[];
  /** The index that is read; items are cut down to what it carries. */
  readonly index: Index | undefined;
}

/** The request's `Limit`: at least 1, or nothing. */
export const limitOf = (input: Input): number | undefined => {
  const limit = input['Limit'];
  if (limit === undefined) return undefined;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return limit;
  throw invalid(
    `1 validation error detected: Value '${String(limit)}' at 'limit' failed to satisfy constraint: ` +
      'Member must have value greater than or equal to 1',
  );
};

const isFull = (read: number, bytes: number, limit: number | undefined): boolean =>
  read === limit || bytes >= LARGEST_PAGE;

const carried = (item: Item, { index, keys }: Paging): Item => {
  const attributes = index?.projected;
  if (!attributes) return item;
  return {
    ...keyAttributes(keys, item),
    ...projected(
      item,
      attributes.map((name) => [name]),
    ),
  };
};

/** Reads a page. Like DynamoDB it counts a limit before the filter, and names an end even where nothing may follow. */
export const readPage = (rows: Iterable<Row>, expressions: RequestExpressions, paging: Paging): object => {
  const { filter, projection, scope } = expressions;
  const paths = projection?.map(scope.path);
  const items: Item[] = [];
  let read = 0;
  let bytes = 0;
  let end: Item | undefined;
  for (const row of rows) {
    const whole: Item = JSON.parse(row.body);
    const item = carried(whole, paging);
    read += 1;
    bytes += row.size;
    if (!filter || holds(filter, item, scope)) items.push(paths ? projected(item, paths) : item);
    if (!isFull(read, bytes, paging.limit)) continue;
    end = keyAttributes(paging.keys, whole);
    break;
  }
  return { Items: items, Count: items.length, ScannedCount: read, ...(end && { LastEvaluatedKey: end }) };
};
