import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ServiceContext } from '../../service.ts';
import { ServiceError } from '../../service.ts';
import type { Table } from './table.ts';

/** The engine's own state over one database: its tables, its prepared statements, those who wait for stream records. */
export interface Store {
  readonly database: DatabaseSync;
  /** The statement of a text, prepared once. */
  sql(text: string): StatementSync;
  readonly tables: Map<string, Table>;
  readonly listeners: Set<(streamArn: string) => void>;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS dynamodb_table (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS dynamodb_item (
  table_name TEXT NOT NULL,
  hash BLOB NOT NULL,
  range BLOB NOT NULL,
  body TEXT NOT NULL,
  size INTEGER NOT NULL,
  expires REAL,
  PRIMARY KEY (table_name, hash, range)
) STRICT;
CREATE INDEX IF NOT EXISTS dynamodb_item_expiry ON dynamodb_item (table_name, expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS dynamodb_index_entry (
  table_name TEXT NOT NULL,
  index_name TEXT NOT NULL,
  hash BLOB NOT NULL,
  range BLOB NOT NULL,
  item_hash BLOB NOT NULL,
  item_range BLOB NOT NULL,
  PRIMARY KEY (table_name, index_name, hash, range, item_hash, item_range)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dynamodb_stream_record (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  stream_arn TEXT NOT NULL,
  at INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS dynamodb_stream_order ON dynamodb_stream_record (stream_arn, sequence);
`;

// One state per database, however many parts of the local AWS ask for it: they share tables and wake each other.
const stores = new WeakMap<DatabaseSync, Store>();

const open = (database: DatabaseSync): Store => {
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known) return known;
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const rows = sql('SELECT name, definition FROM dynamodb_table').all();
  const tables = new Map<string, Table>(
    rows.map((row) => [String(row['name']), JSON.parse(String(row['definition']))]),
  );
  return { database, sql, tables, listeners: new Set() };
};

/** The engine's state over the context's database. */
export const storeOf = ({ database }: ServiceContext): Store => {
  const store = stores.get(database) ?? open(database);
  stores.set(database, store);
  return store;
};

/** The table of a name or an ARN; errors: `ResourceNotFoundException`. */
export const tableOf = (store: Store, nameOrArn: string): Table => {
  const table = store.tables.get(nameOrArn.split(':table/').at(-1) ?? nameOrArn);
  if (table) return table;
  throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
};
