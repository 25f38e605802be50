import type { ServiceContext } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import { saveChange, storedItem } from './items.ts';
import { type Store, storeOf } from './store.ts';
import { announce, trimStreams } from './stream.ts';
import type { Table } from './table.ts';

/** DynamoDB leaves an item whose time to live passed more than five years ago: such a value is taken for a mistake. */
const OLDEST_S = 5 * 365 * 24 * 3600;
const AT_ONCE = 100;

const expireSome = (store: Store, table: Table, now: number): number => {
  const seconds = now / 1000;
  const rows = store
    .sql(
      `SELECT hash, range, body FROM dynamodb_item
       WHERE table_name = ? AND expires < ? AND expires > ? LIMIT ${AT_ONCE}`,
    )
    .all(table.name, seconds, seconds - OLDEST_S)
    .map(storedItem);
  transaction(store.database, () => {
    for (const { key, item } of rows) saveChange(store, table, key, { before: item, expired: true }, now);
  });
  if (rows.length > 0) announce(store, table);
  return rows.length;
};

/**
 * What time does to the tables: deletes every item whose time to live has passed, as DynamoDB does within days, and forgets
 * stream records older than a day. Answers how many items it deleted.
 */
export const expire = (context: ServiceContext): number => {
  const store = storeOf(context);
  const now = context.clock.now();
  trimStreams(context);
  let deleted = 0;
  for (const table of store.tables.values()) {
    if (table.expiry === undefined) continue;
    for (let some = expireSome(store, table, now); some > 0; some = expireSome(store, table, now)) deleted += some;
  }
  return deleted;
};
