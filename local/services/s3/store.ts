import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ServiceError } from '../../service.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS s3_bucket (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS s3_object (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  etag TEXT NOT NULL,
  headers TEXT NOT NULL,
  modified INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) STRICT;
`;

/** An object; `headers` are those of the put that come back with every get. */
export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly modified: number;
}

/** Buckets and objects in the database. */
export interface ObjectStore {
  addBucket(name: string): void;
  /** The object, or nothing; errors: `NoSuchBucket`. */
  find(bucket: string, key: string): StoredObject | undefined;
  /** Stores an object; with `onlyIfAbsent` it answers false and changes nothing where there is one. Errors: `NoSuchBucket`. */
  save(bucket: string, key: string, object: StoredObject, options: { readonly onlyIfAbsent: boolean }): boolean;
}

const requireBucket = (bucket: StatementSync, name: string): void => {
  if (bucket.get(name)) return;
  const details = { BucketName: name };
  throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', { status: 404, details });
};

/** Opens the buckets of a database. */
export const openObjects = (database: DatabaseSync): ObjectStore => {
  database.exec(SCHEMA);
  const bucketNamed = database.prepare('SELECT name FROM s3_bucket WHERE name = ?');
  const insertBucket = database.prepare('INSERT OR IGNORE INTO s3_bucket VALUES (?)');
  const select = database.prepare('SELECT body, etag, headers, modified FROM s3_object WHERE bucket = ? AND key = ?');
  const insert = database.prepare('INSERT OR IGNORE INTO s3_object VALUES (?, ?, ?, ?, ?, ?)');
  const replace = database.prepare('INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?, ?, ?, ?)');
  return {
    addBucket: (name) => void insertBucket.run(name),
    find(bucket, key) {
      requireBucket(bucketNamed, bucket);
      const row = select.get(bucket, key);
      if (!row) return undefined;
      const { body, etag, headers, modified } = row;
      if (!(body instanceof Uint8Array)) throw new TypeError('a stored body is not bytes');
      return {
        body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
        etag: String(etag),
        headers: JSON.parse(String(headers)),
        modified: Number(modified),
      };
    },
    save(bucket, key, { body, etag, headers, modified }, { onlyIfAbsent }) {
      requireBucket(bucketNamed, bucket);
      const statement = onlyIfAbsent ? insert : replace;
      return statement.run(bucket, key, body, etag, JSON.stringify(headers), modified).changes === 1;
    },
  };
};
