import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a field of a stored record can hold; decimals and dates are strings. */
export type Scalar = string | number | boolean | null;

/** One stored record; fields that are absent have their type's empty value. */
export type Row = Readonly<Record<string, Scalar>>;

/** One record put (`row`) or removed (`row: null`). */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly row: Row | null;
}

/** What the ledger keeps of one thing that took effect, in the simulated system's own words. */
export interface LedgerRecord {
  readonly entity: string;
  readonly key: string;
  readonly action: string;
  /** Value of the document's reference field. */
  readonly reference: string | null;
  /** SHA-256 (hex) of the request body. */
  readonly digest: string;
}

/** A ledger record with its place and time (ISO). */
export interface LedgerEntry extends LedgerRecord {
  readonly sequence: number;
  readonly at: string;
}

/** The simulator's memory: every commit is one SQLite transaction, so that a `kill -9` leaves all of it or none. */
export interface State {
  /** Records of a table in the order of their keys. */
  rows(table: string): readonly Row[];
  row(table: string, key: string): Row | undefined;
  commit(changes: readonly Change[], effect?: { record: LedgerRecord; at: number }): void;
  ledger(): LedgerEntry[];
  /** A small durable value by name, and how to set it. */
  setting(name: string): string | undefined;
  set(name: string, value: string): void;
  close(): void;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS records (tab TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (tab, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ledger (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, entity TEXT NOT NULL,
    key TEXT NOT NULL, action TEXT NOT NULL, reference TEXT, digest TEXT NOT NULL);
  CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_u BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_d BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
`;

/** Separates the parts of a composite key; no ERP key holds it. */
const SEPARATOR = '\u001f';

/** The storage key of a record with these key values. */
export const recordKey = (...parts: readonly Scalar[]): string => parts.map(String).join(SEPARATOR);

const open = (directory: string | undefined): DatabaseSync => {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'simulator.sqlite'));
  database.exec(SCHEMA);
  return database;
};

/**
 * Opens the state in `directory` (in memory when absent). `version` names the layout: a directory that another
 * version wrote is refused with one clear sentence.
 */
export const openState = (options: { directory: string | undefined; version: string }): State => {
  const database = open(options.directory);
  const tables = new Map<string, Map<string, Row>>();
  const sorted = new Map<string, readonly Row[]>();
  const table = (name: string) => tables.get(name) ?? new Map<string, Row>();
  const keep = ({ table: name, key, row }: Change) => {
    const rows = table(name);
    if (row === null) rows.delete(key);
    else rows.set(key, row);
    tables.set(name, rows);
    sorted.delete(name);
  };
  const put = database.prepare('INSERT OR REPLACE INTO records (tab, key, body) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM records WHERE tab = ? AND key = ?');
  const append = database.prepare(
    'INSERT INTO ledger (at, entity, key, action, reference, digest) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const list = database.prepare(
    'SELECT sequence, at, entity, key, action, reference, digest FROM ledger ORDER BY sequence',
  );
  const read = database.prepare('SELECT value FROM settings WHERE name = ?');
  const write = database.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)');
  const persist = (changes: readonly Change[], effect?: { record: LedgerRecord; at: number }) => {
    for (const { table: name, key, row } of changes) {
      if (row === null) remove.run(name, key);
      else put.run(name, key, JSON.stringify(row));
    }
    if (!effect) return;
    const { entity, key, action, reference, digest } = effect.record;
    append.run(new Date(effect.at).toISOString(), entity, key, action, reference, digest);
  };
  const setting = (name: string) => {
    const value = read.get(name)?.['value'];
    return typeof value === 'string' ? value : undefined;
  };
  const found = setting('version');
  if (found !== undefined && found !== options.version) {
    database.close();
    throw new Error(
      `The state in ${options.directory} was written by version ${found}, this is version ${options.version}: use another directory or remove it.`,
    );
  }
  write.run('version', options.version);
  for (const { tab, key, body } of database.prepare('SELECT tab, key, body FROM records').all()) {
    keep({ table: String(tab), key: String(key), row: JSON.parse(String(body)) });
  }
  return {
    rows: (name) => {
      const known = sorted.get(name);
      if (known) return known;
      const rows = [...table(name)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
      sorted.set(name, rows);
      return rows;
    },
    row: (name, key) => tables.get(name)?.get(key),
    commit: (changes, effect) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        persist(changes, effect);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
      for (const change of changes) keep(change);
    },
    ledger: () =>
      list.all().map((entry) => ({
        sequence: Number(entry['sequence']),
        at: String(entry['at']),
        entity: String(entry['entity']),
        key: String(entry['key']),
        action: String(entry['action']),
        reference: entry['reference'] === null ? null : String(entry['reference']),
        digest: String(entry['digest']),
      })),
    setting,
    set: (name, value) => void write.run(name, value),
    close: () => database.close(),
  };
};
