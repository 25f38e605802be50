import type { Item } from './attribute-value.ts';
import { equal } from './comparison.ts';
import { itemSize } from './item-size.ts';
import { attributesOf, checkIndexKey, keyInIndex, type StoredKey } from './key.ts';
import type { Store } from './store.ts';
import { appendToStream, type Change } from './stream.ts';
import type { Index, Table } from './table.ts';

const bytes = (value: unknown): Buffer => {
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new TypeError('a stored key is not bytes');
};

/** Key and item of a row with `hash`, `range` and `body`. */
export const storedItem = (row: Readonly<Record<string, unknown>>): { key: StoredKey; item: Item } => ({
  key: { hash: bytes(row['hash']), range: bytes(row['range']) },
  item: JSON.parse(String(row['body'])),
});

/** The stored item of a key, or nothing. */
export const loadItem = (store: Store, table: Table, key: StoredKey): Item | undefined => {
  const row = store
    .sql('SELECT body FROM dynamodb_item WHERE table_name = ? AND hash = ? AND range = ?')
    .get(table.name, key.hash, key.range);
  return row && JSON.parse(String(row['body']));
};

/** An item's time to live in epoch seconds; nothing unless the table's attribute for it holds a number. */
export const expiryOf = (table: Table, item: Item): number | null => {
  const value = table.expiry === undefined ? undefined : item[table.expiry];
  return value && 'N' in value ? Number(value.N) : null;
};

/** Enters an item into an index under its key there, if it has one. */
export const enterIndex = (store: Store, table: Table, index: Index, key: StoredKey, item: Item): void => {
  const place = keyInIndex(index.key, item);
  if (!place) return;
  store
    .sql('INSERT OR REPLACE INTO dynamodb_index_entry VALUES (?, ?, ?, ?, ?, ?)')
    .run(table.name, index.name, place.hash, place.range, key.hash, key.range);
};

const leaveIndex = (store: Store, table: Table, index: Index, key: StoredKey, item: Item): void => {
  const place = keyInIndex(index.key, item);
  if (!place) return;
  store
    .sql(
      `DELETE FROM dynamodb_index_entry WHERE table_name = ? AND index_name = ?
       AND hash = ? AND range = ? AND item_hash = ? AND item_range = ?`,
    )
    .run(table.name, index.name, place.hash, place.range, key.hash, key.range);
};

const writeItem = (store: Store, table: Table, key: StoredKey, item: Item, size: number): void => {
  store
    .sql('INSERT OR REPLACE INTO dynamodb_item VALUES (?, ?, ?, ?, ?, ?)')
    .run(table.name, key.hash, key.range, JSON.stringify(item), size, expiryOf(table, item));
};

const removeItem = (store: Store, table: Table, key: StoredKey): void => {
  store
    .sql('DELETE FROM dynamodb_item WHERE table_name = ? AND hash = ? AND range = ?')
    .run(table.name, key.hash, key.range);
};

const sameKeyAttributes = (index: Index, before: Item, after: Item): boolean =>
  attributesOf(index.key).every(({ name }) => equal(before[name], after[name]));

const reindex = (store: Store, table: Table, key: StoredKey, { before, after }: Change): void => {
  for (const index of table.indexes) {
    if (before && after && sameKeyAttributes(index, before, after)) continue;
    if (before) leaveIndex(store, table, index, key, before);
    if (!after) continue;
    checkIndexKey(index.name, index.key, after);
    enterIndex(store, table, index, key, after);
  }
};

/**
 * Makes a change of one item durable: item, indexes and stream, in the transaction of the caller. A change that changes
 * nothing leaves no trace. Answers whether there was one.
 */
export const saveChange = (store: Store, table: Table, key: StoredKey, change: Change, now: number): boolean => {
  const { before, after } = change;
  if (!before && !after) return false;
  if (before && after && equal({ M: before }, { M: after })) return false;
  if (after) writeItem(store, table, key, after, itemSize(after));
  else removeItem(store, table, key);
  reindex(store, table, key, change);
  appendToStream(store, table, change, now);
  return true;
};
