import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ServiceContext } from '../../service.ts';

/** A mail that SES accepted; times are epoch milliseconds. Bcc is known to the outbox, not to readers. */
export interface Mail {
  /** The MessageId that the sender was answered. */
  readonly id: string;
  readonly at: number;
  /** ARN of the role that sent it. */
  readonly sender: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  /** When it came back, if it did. */
  readonly bouncedAt?: number;
}

/** The mails that were sent, durable. */
export interface Outbox {
  /** Keeps a mail. Answers its MessageId. */
  add(mail: Omit<Mail, 'id' | 'at' | 'bouncedAt'>): string;
  /** Newest first. */
  all(): readonly Mail[];
  find(id: string): Mail | undefined;
  /** Makes a mail come back, and answers it; nothing when there is no such mail, or it came back before. */
  bounce(id: string): Mail | undefined;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS ses_mail (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  mail TEXT NOT NULL,
  bounced_at INTEGER
) STRICT;
`;

const toMail = (row: ReturnType<ReturnType<DatabaseSync['prepare']>['all']>[number]): Mail => ({
  id: String(row['id']),
  at: Number(row['at']),
  ...JSON.parse(String(row['mail'])),
  ...(typeof row['bounced_at'] === 'number' && { bouncedAt: row['bounced_at'] }),
});

/** Opens the mails of a database. */
export const openOutbox = ({ database, clock }: Pick<ServiceContext, 'database' | 'clock'>): Outbox => {
  database.exec(SCHEMA);
  const insert = database.prepare('INSERT INTO ses_mail (id, at, mail) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT * FROM ses_mail WHERE id = ?');
  const selectAll = database.prepare('SELECT * FROM ses_mail ORDER BY number DESC');
  const update = database.prepare('UPDATE ses_mail SET bounced_at = ? WHERE id = ? AND bounced_at IS NULL');
  const find = (id: string): Mail | undefined => {
    const row = select.get(id);
    return row && toMail(row);
  };
  return {
    add(mail) {
      const id = `${randomBytes(8).toString('hex')}-${randomUUID()}-000000`;
      insert.run(id, clock.now(), JSON.stringify(mail));
      return id;
    },
    all: () => selectAll.all().map(toMail),
    find,
    bounce: (id) => (update.run(clock.now(), id).changes > 0 ? find(id) : undefined),
  };
};
