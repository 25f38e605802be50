import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { ServiceError } from '../../service.ts';
import type { QueueSettings } from './queue-properties.ts';

/** `receipt` is the part of the newest receipt handle that is random; a message is in flight while it has one and is not visible. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_queue (
  name TEXT PRIMARY KEY,
  settings TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sqs_message (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  message_group TEXT NOT NULL,
  deduplication_id TEXT NOT NULL,
  body TEXT NOT NULL,
  sender TEXT NOT NULL,
  sent INTEGER NOT NULL,
  visible INTEGER NOT NULL,
  receives INTEGER NOT NULL DEFAULT 0,
  first_received INTEGER,
  received INTEGER,
  receipt TEXT,
  source TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_message_order ON sqs_message (queue, number);
CREATE INDEX IF NOT EXISTS sqs_message_in_flight ON sqs_message (queue, visible) WHERE receipt IS NOT NULL;
CREATE INDEX IF NOT EXISTS sqs_message_received ON sqs_message (queue, visible) WHERE receives > 0;
CREATE INDEX IF NOT EXISTS sqs_message_visible ON sqs_message (queue, visible);
CREATE INDEX IF NOT EXISTS sqs_message_sent ON sqs_message (queue, sent);
CREATE TABLE IF NOT EXISTS sqs_deduplication (
  queue TEXT NOT NULL,
  scope TEXT NOT NULL,
  id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (queue, scope, id)
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_deduplication_at ON sqs_deduplication (queue, at);
`;

/** A queue; times are epoch milliseconds. */
export interface Queue {
  readonly name: string;
  readonly settings: QueueSettings;
  readonly created: number;
  readonly changed: number;
}

const storedMessage = z.object({
  number: z.number(),
  id: z.string(),
  message_group: z.string(),
  deduplication_id: z.string(),
  body: z.string(),
  sender: z.string(),
  sent: z.number(),
  visible: z.number(),
  receives: z.number(),
  first_received: z.number().nullable(),
  received: z.number().nullable(),
  receipt: z.string().nullable(),
  source: z.string().nullable(),
});

/** A message of a queue, as it is stored; times are epoch milliseconds, and `source` the ARN of the queue it was moved from. */
export type Message = z.output<typeof storedMessage>;

/** Queues in the database of one account and region. */
export interface QueueStore {
  readonly database: DatabaseSync;
  sql(text: string): StatementSync;
}

/** Opens the queues of a database. */
export const openQueues = (database: DatabaseSync): QueueStore => {
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return { database, sql };
};

/** The queue of a name, or nothing. */
export const findQueue = ({ sql }: QueueStore, name: string): Queue | undefined => {
  const row = sql('SELECT * FROM sqs_queue WHERE name = ?').get(name);
  return (
    row && {
      name,
      settings: JSON.parse(String(row['settings'])),
      created: Number(row['created']),
      changed: Number(row['changed']),
    }
  );
};

/** The queue that a call names; errors: `QueueDoesNotExist`. */
export const queueOf = (store: QueueStore, name: string): Queue => {
  const queue = findQueue(store, name);
  if (queue) return queue;
  throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
};

/** Creates a queue or gives an existing one new settings; its messages stay. */
export const saveQueue = ({ sql }: QueueStore, name: string, settings: QueueSettings, now: number): void => {
  sql(
    `INSERT INTO sqs_queue VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, changed = excluded.changed`,
  ).run(name, JSON.stringify(settings), now, now);
};

/** The rows of a query of messages, read. */
export const toMessage = (row: unknown): Message => storedMessage.parse(row);
