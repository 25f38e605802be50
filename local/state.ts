import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LocalError } from './local-error.ts';

/** Raised whenever a stored shape changes: a directory of another version is refused, never guessed at. */
const version = '1';

/** The directory in which everything durable of one local stack lives, held by this process alone. */
export interface StateDirectory {
  readonly path: string;
  readonly database: DatabaseSync;
  /** A small durable value by name. */
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Gives the directory free for another process. */
  close(): void;
}

/** Writes a file that only its owner may read, whole or not at all. */
export const writePrivateFile = (path: string, text: string): void => {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
};

/** Opens a state directory, or makes it. Errors: `STATE_IN_USE`, `STATE_UNUSABLE`. */
export const openState = (path: string): StateDirectory => {
  prepareDirectory(path);
  const lock = takeLock(path);
  try {
    checkVersion(path);
    const database = new DatabaseSync(join(path, 'aws.sqlite'));
    chmodSync(join(path, 'aws.sqlite'), 0o600);
    // A commit survives the death of this process (kill -9) without an fsync each; only a power cut may take the last ones.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
    database.exec('CREATE TABLE IF NOT EXISTS local_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    return { path, database, ...values(database), close: () => closeBoth(database, lock) };
  } catch (error) {
    lock.close();
    if (error instanceof LocalError) throw error;
    throw new LocalError('STATE_UNUSABLE', `The state in ${path} cannot be opened; start afresh or choose another.`, {
      cause: error,
    });
  }
};

const prepareDirectory = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new LocalError('STATE_UNUSABLE', `The state directory ${path} cannot be made.`, { cause: error });
  }
  const foreign = !existsSync(join(path, 'version')) && readdirSync(path).some((name) => !name.startsWith('lock'));
  if (foreign) {
    throw new LocalError('STATE_UNUSABLE', `${path} holds other files and is not a state directory; choose another.`);
  }
};

/** SQLite's own file lock, which the kernel gives back when its process dies in any way: no stale lock, no reused process id. */
const takeLock = (path: string): DatabaseSync => {
  const lock = new DatabaseSync(join(path, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (pid INTEGER);');
  } catch (error) {
    lock.close();
    const holder = readPid(path);
    throw new LocalError('STATE_IN_USE', `${path} is in use by process ${holder}; stop it or choose another state.`, {
      cause: error,
    });
  }
  writeFileSync(join(path, 'lock.pid'), String(process.pid));
  return lock;
};

const readPid = (path: string): string =>
  existsSync(join(path, 'lock.pid')) ? readFileSync(join(path, 'lock.pid'), 'utf8') : 'unknown';

const checkVersion = (path: string): void => {
  const file = join(path, 'version');
  if (!existsSync(file)) writePrivateFile(file, version);
  const found = readFileSync(file, 'utf8').trim();
  if (found === version) return;
  throw new LocalError(
    'STATE_UNUSABLE',
    `The state in ${path} is of version ${found}, this program reads version ${version}; start afresh or choose another state.`,
  );
};

const values = (database: DatabaseSync): Pick<StateDirectory, 'get' | 'set'> => {
  const select = database.prepare('SELECT value FROM local_values WHERE name = ?');
  const upsert = database.prepare(
    'INSERT INTO local_values (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get(name) {
      const value = select.get(name)?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    set: (name, value) => void upsert.run(name, value),
  };
};

const closeBoth = (database: DatabaseSync, lock: DatabaseSync): void => {
  try {
    database.close();
  } finally {
    lock.close();
  }
};
