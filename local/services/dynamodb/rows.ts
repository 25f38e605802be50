import type { SQLInputValue } from 'node:sqlite';
import type { Item } from './attribute-value.ts';
import { invalid } from './invalid.ts';
import type { KeyRange } from './key-condition.ts';
import { startKeys } from './start-key.ts';
import type { Store } from './store.ts';
import type { Index, Table } from './table.ts';

/** One row read for a page; `size` in DynamoDB's bytes. */
export interface Row {
  readonly body: string;
  readonly size: number;
}

/** What a query looks for, and after which key it goes on. */
export interface Search {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly range: KeyRange;
  readonly start: Item | undefined;
  readonly forward: boolean;
}

/** Where rows come from: the columns that order them, and the values of those columns after which to go on. */
interface Source {
  readonly from: string;
  readonly where: string;
  readonly parameters: readonly SQLInputValue[];
  readonly order: readonly [string, ...string[]];
  readonly after: readonly SQLInputValue[];
}

const refuseOtherPartition = (search: Search, hash: Buffer): void => {
  if (hash.equals(search.range.hash)) return;
  throw invalid('The provided starting key is outside query boundaries based on provided conditions');
};

const tableSource = (search: Search): Source => {
  const { table, range, start } = search;
  const [key] = start ? startKeys([table.key], start) : [];
  if (key) refuseOtherPartition(search, key.hash);
  return {
    from: 'dynamodb_item i',
    where: 'i.table_name = ? AND i.hash = ?',
    parameters: [table.name, range.hash],
    order: ['i.range'],
    after: key ? [key.range] : [],
  };
};

const indexSource = (search: Search, index: Index): Source => {
  const { table, range, start } = search;
  const [key, place] = start ? startKeys([table.key, index.key], start) : [];
  if (place) refuseOtherPartition(search, place.hash);
  return {
    // CROSS JOIN keeps SQLite from starting at the items.
    from: `dynamodb_index_entry e CROSS JOIN dynamodb_item i
      ON i.table_name = e.table_name AND i.hash = e.item_hash AND i.range = e.item_range`,
    where: 'e.table_name = ? AND e.index_name = ? AND e.hash = ?',
    parameters: [table.name, index.name, range.hash],
    order: ['e.range', 'e.item_hash', 'e.item_range'],
    after: key && place ? [place.range, key.hash, key.range] : [],
  };
};

function* rowsOf(found: Iterable<Readonly<Record<string, unknown>>>): Iterable<Row> {
  for (const { body, size } of found) yield { body: String(body), size: Number(size) };
}

/** The rows of a query, read as far as the caller goes. */
export const searchRows = (store: Store, search: Search): Iterable<Row> => {
  const { from, where, parameters, order, after } = search.index
    ? indexSource(search, search.index)
    : tableSource(search);
  const { bounds } = search.range;
  const [direction, beyond] = search.forward ? ['ASC', '>'] : ['DESC', '<'];
  const within = bounds.map(({ operator }) => ` AND ${order[0]} ${operator} ?`).join('');
  const onward = after.length > 0 ? ` AND (${order.join(', ')}) ${beyond} (${after.map(() => '?').join(', ')})` : '';
  const sorted = order.map((column) => `${column} ${direction}`).join(', ');
  const text = `SELECT i.body, i.size FROM ${from} WHERE ${where}${within}${onward} ORDER BY ${sorted}`;
  return rowsOf(store.sql(text).iterate(...parameters, ...bounds.map(({ bytes }) => bytes), ...after));
};

/** All rows of a table, in the order of its keys. */
export const scanRows = (store: Store, table: Table, start: Item | undefined): Iterable<Row> => {
  const [key] = start ? startKeys([table.key], start) : [];
  const onward = key ? ' AND (hash, range) > (?, ?)' : '';
  const text = `SELECT body, size FROM dynamodb_item WHERE table_name = ?${onward} ORDER BY hash, range`;
  return rowsOf(store.sql(text).iterate(table.name, ...(key ? [key.hash, key.range] : [])));
};
