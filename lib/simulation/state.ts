import { type Change, type Database, openDatabase, type Row, type Scalar } from './database.ts';

export type { Change, LedgerEntry, LedgerRecord, Row, Scalar } from './database.ts';

/** The simulator's memory: every commit is one SQLite transaction, so that a `kill -9` leaves all of it or none. */
export interface State extends Omit<Database, 'records'> {
  /** Records of a table in the order of their keys. */
  rows(table: string): readonly Row[];
  row(table: string, key: string): Row | undefined;
}

/** Separates the parts of a composite key; no ERP key holds it. */
const SEPARATOR = '\u001f';

/** The storage key of a record with these key values. */
export const recordKey = (...parts: readonly Scalar[]): string => parts.map(String).join(SEPARATOR);

/** The records in memory, each table also in the order of its keys. */
const createRecords = () => {
  const tables = new Map<string, Map<string, Row>>();
  const sorted = new Map<string, readonly Row[]>();
  const keep = ({ table, key, row }: Change) => {
    const rows = tables.get(table) ?? new Map<string, Row>();
    if (row === null) rows.delete(key);
    else rows.set(key, row);
    tables.set(table, rows);
    sorted.delete(table);
  };
  const inOrder = (table: string): readonly Row[] => {
    const known = sorted.get(table);
    if (known) return known;
    const rows = [...(tables.get(table) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    sorted.set(table, rows);
    return rows;
  };
  return { keep, rows: inOrder, row: (table: string, key: string) => tables.get(table)?.get(key) };
};

const checkVersion = (database: Database, options: { directory: string | undefined; version: string }) => {
  const found = database.setting('version');
  if (found === undefined) return database.set('version', options.version);
  if (found === options.version) return;
  database.close();
  throw new Error(
    `The state in ${options.directory} was written by ${found}, this is ${options.version}: remove it or choose another directory.`,
  );
};

/**
 * Opens the state in `directory` (in memory when absent). `version` names the layout: a directory that another
 * version wrote is refused with one clear sentence.
 */
export const openState = (options: { directory: string | undefined; version: string }): State => {
  const database = openDatabase(options.directory);
  checkVersion(database, options);
  const { keep, rows, row } = createRecords();
  for (const record of database.records()) keep(record);
  return {
    ...database,
    rows,
    row,
    commit: (changes, effect) => {
      database.commit(changes, effect);
      for (const change of changes) keep(change);
    },
  };
};
