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

/** The durable side of a simulator's state. */
export interface Database {
  /** Writes all of it or nothing, in one transaction. */
  commit(changes: readonly Change[], effect?: { readonly record: LedgerRecord; readonly at: number }): void;
  records(): Iterable<Change>;
  ledger(): LedgerEntry[];
  /** A small value by name, and how to set it. */
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
  CREATE TRIGGER IF NOT EXISTS ledger_keeps BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
  CREATE TRIGGER IF NOT EXISTS ledger_stays BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
`;

const open = (directory: string | undefined): DatabaseSync => {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const sqlite = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'simulator.sqlite'));
  sqlite.exec(SCHEMA);
  return sqlite;
};

const transactional = (sqlite: DatabaseSync, work: () => void): void => {
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    work();
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.exec('ROLLBACK');
    throw error;
  }
};

const committer = (sqlite: DatabaseSync): Database['commit'] => {
  const put = sqlite.prepare('INSERT OR REPLACE INTO records (tab, key, body) VALUES (?, ?, ?)');
  const remove = sqlite.prepare('DELETE FROM records WHERE tab = ? AND key = ?');
  const append = sqlite.prepare(
    'INSERT INTO ledger (at, entity, key, action, reference, digest) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (changes, effect) =>
    transactional(sqlite, () => {
      for (const { table, key, row } of changes) {
        if (row === null) remove.run(table, key);
        else put.run(table, key, JSON.stringify(row));
      }
      if (!effect) return;
      const { entity, key, action, reference, digest } = effect.record;
      append.run(new Date(effect.at).toISOString(), entity, key, action, reference, digest);
    });
};

const readLedger = (sqlite: DatabaseSync) => (): LedgerEntry[] =>
  sqlite
    .prepare('SELECT sequence, at, entity, key, action, reference, digest FROM ledger ORDER BY sequence')
    .all()
    .map((entry) => ({
      sequence: Number(entry['sequence']),
      at: String(entry['at']),
      entity: String(entry['entity']),
      key: String(entry['key']),
      action: String(entry['action']),
      reference: entry['reference'] === null ? null : String(entry['reference']),
      digest: String(entry['digest']),
    }));

function* readRecords(sqlite: DatabaseSync): Iterable<Change> {
  for (const { tab, key, body } of sqlite.prepare('SELECT tab, key, body FROM records').iterate()) {
    yield { table: String(tab), key: String(key), row: JSON.parse(String(body)) };
  }
}

/** Opens the database in `directory`, or one in memory that behaves the same. */
export const openDatabase = (directory: string | undefined): Database => {
  const sqlite = open(directory);
  const read = sqlite.prepare('SELECT value FROM settings WHERE name = ?');
  const write = sqlite.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)');
  return {
    commit: committer(sqlite),
    records: () => readRecords(sqlite),
    ledger: readLedger(sqlite),
    setting: (name) => {
      const value = read.get(name)?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    set: (name, value) => void write.run(name, value),
    close: () => sqlite.close(),
  };
};
