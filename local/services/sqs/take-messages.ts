import { randomBytes } from 'node:crypto';
import { transaction } from '../../transaction.ts';
import { type Message, type Queue, type QueueStore, toMessage } from './store.ts';

/** A message that was handed out, with the handle that deletes it. */
export interface Received extends Message {
  readonly receiptHandle: string;
}

/** How messages are handed out: at most `limit`, invisible for `visibilityMs` from `now` on. */
export interface Taking {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly now: number;
}

/** Hands out messages in the order in which they were sent. A group with a message in flight gives nothing, but one call may take several of one group. */
export const takeMessages = (store: QueueStore, queue: Queue, taking: Taking): readonly Received[] =>
  transaction(store.database, () =>
    availableMessages(store, queue, taking).map((message) => handOut(store, queue, message, taking)),
  );

/** The index is named, because the first few rows in this order are enough, and sorting all of them is not. */
const availableMessages = ({ sql }: QueueStore, { name }: Queue, { limit, now }: Taking): readonly Message[] =>
  sql(
    `SELECT * FROM sqs_message INDEXED BY sqs_message_order
     WHERE queue = :name AND visible <= :now AND message_group NOT IN (
       SELECT message_group FROM sqs_message WHERE queue = :name AND receipt IS NOT NULL AND visible > :now)
     ORDER BY number LIMIT :limit`,
  )
    .all({ name, now, limit })
    .map(toMessage);

const handOut = ({ sql }: QueueStore, queue: Queue, message: Message, { visibilityMs, now }: Taking): Received => {
  const receipt = randomBytes(24).toString('base64url');
  const row = sql(
    `UPDATE sqs_message SET visible = ?, receives = receives + 1, receipt = ?, received = ?,
       first_received = coalesce(first_received, ?) WHERE number = ? RETURNING *`,
  ).get(now + visibilityMs, receipt, now, now, message.number);
  return { ...toMessage(row), receiptHandle: receiptHandle(queue, message, receipt) };
};

/** Names queue and message, so that a handle of a message that is gone differs from one that never was. */
const receiptHandle = ({ name }: Queue, { id }: Message, receipt: string): string =>
  Buffer.from(`${name}/${id}/${receipt}`).toString('base64');

/** What a receipt handle of this queue names, or nothing. */
export const readReceiptHandle = ({ name }: Queue, handle: string): { id: string; receipt: string } | undefined => {
  const [queue, id, receipt, ...more] = Buffer.from(handle, 'base64').toString('utf8').split('/');
  return queue === name && id && receipt && more.length === 0 ? { id, receipt } : undefined;
};

/** Moves what was received too often to the dead-letter queue, once it is visible again. Answers that queue's name if it got something. */
export const redrive = ({ sql }: QueueStore, queue: Queue, arn: string, now: number): string | undefined => {
  const { RedrivePolicy: policy } = queue.settings;
  if (!policy) return undefined;
  const target = policy.deadLetterTargetArn.split(':').at(-1) ?? '';
  const moved = sql(
    `UPDATE sqs_message SET queue = ?, source = ?, sent = ?, receipt = NULL
     WHERE queue = ? AND visible <= ? AND receives > 0 AND receives >= ?`,
  ).run(target, arn, now, queue.name, now, policy.maxReceiveCount);
  return moved.changes > 0 ? target : undefined;
};

/** Forgets what is older than the queue keeps messages. */
export const forgetOld = ({ sql }: QueueStore, { name, settings }: Queue, now: number): void => {
  sql('DELETE FROM sqs_message WHERE queue = ? AND sent <= ?').run(name, now - settings.MessageRetentionPeriod * 1000);
};

/** When the next invisible message becomes visible, if there is one. */
export const nextVisible = ({ sql }: QueueStore, { name }: Queue, now: number): number | undefined => {
  const row = sql('SELECT min(visible) AS next FROM sqs_message WHERE queue = ? AND visible > ?').get(name, now);
  const next = row?.['next'];
  return typeof next === 'number' ? next : undefined;
};
