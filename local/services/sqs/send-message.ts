import { createHash, randomUUID } from 'node:crypto';
import { type ServiceContext, ServiceError } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import { type BatchAnswer, type Entry, inBatch } from './batch.ts';
import { readInput, sendEntry } from './requests.ts';
import type { Queue, QueueStore } from './store.ts';

/** SQS knows a deduplication id again for this long, whatever became of the message. */
const deduplicationMs = 300_000;

/** One message to send. */
export interface Sent {
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** What a sender is answered. */
export interface SendAnswer {
  readonly MD5OfMessageBody: string;
  readonly MessageId: string;
  readonly SequenceNumber: string;
}

/** The MD5 of a body, which the SDK holds against what it sent or got. */
export const md5 = (body: string): string => createHash('md5').update(body).digest('hex');

/** Sequence numbers have twenty digits and grow. */
export const sequenceNumber = (number: number): string => String(number).padStart(20, '0');

/** Puts one message into a queue; one with a deduplication id of the last five minutes is answered like the first and not put. Errors: `InvalidParameterValue` for a body that is too large. */
export const sendMessage = (
  { clock }: Pick<ServiceContext, 'clock'>,
  store: QueueStore,
  { queue, sender, message }: { readonly queue: Queue; readonly sender: string; readonly message: Sent },
): SendAnswer => {
  const limit = queue.settings.MaximumMessageSize;
  if (Buffer.byteLength(message.MessageBody) > limit) {
    const reason = `Message must be shorter than ${limit} bytes.`;
    throw new ServiceError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
  }
  return transaction(store.database, () => {
    const now = clock.now();
    const first = knownMessage(store, queue, message, now) ?? putMessage(store, queue, { ...message, sender, now });
    return {
      MD5OfMessageBody: md5(message.MessageBody),
      MessageId: first.id,
      SequenceNumber: sequenceNumber(first.number),
    };
  });
};

/** SendMessageBatch: each message by itself. Errors: those of a batch, and `BatchRequestTooLong` for more than one message may have, all bodies together. */
export const sendBatch = (
  context: Pick<ServiceContext, 'clock'>,
  store: QueueStore,
  { queue, sender, entries }: { readonly queue: Queue; readonly sender: string; readonly entries: readonly Entry[] },
): BatchAnswer => {
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(String(Object(entry).MessageBody ?? '')), 0);
  const limit = queue.settings.MaximumMessageSize;
  if (bytes > limit) {
    const message = `Batch requests cannot be longer than ${limit} bytes. You have sent ${bytes} bytes.`;
    throw new ServiceError('BatchRequestTooLong', message);
  }
  return inBatch(entries, (entry) => {
    const { Id: _, ...message } = readInput(sendEntry, entry);
    return sendMessage(context, store, { queue, sender, message });
  });
};

interface Put {
  readonly id: string;
  readonly number: number;
}

const scopeOf = ({ settings }: Queue, { MessageGroupId }: Sent): string =>
  settings.DeduplicationScope === 'messageGroup' ? MessageGroupId : '';

const knownMessage = ({ sql }: QueueStore, queue: Queue, message: Sent, now: number): Put | undefined => {
  sql('DELETE FROM sqs_deduplication WHERE queue = ? AND at <= ?').run(queue.name, now - deduplicationMs);
  const row = sql('SELECT * FROM sqs_deduplication WHERE queue = ? AND scope = ? AND id = ?').get(
    queue.name,
    scopeOf(queue, message),
    message.MessageDeduplicationId,
  );
  return row && { id: String(row['message_id']), number: Number(row['number']) };
};

const putMessage = (
  { sql }: QueueStore,
  queue: Queue,
  message: Sent & { readonly sender: string; readonly now: number },
): Put => {
  const { MessageBody, MessageGroupId, MessageDeduplicationId, sender, now } = message;
  const id = randomUUID();
  const visible = now + queue.settings.DelaySeconds * 1000;
  const { lastInsertRowid } = sql(
    `INSERT INTO sqs_message (queue, id, message_group, deduplication_id, body, sender, sent, visible)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(queue.name, id, MessageGroupId, MessageDeduplicationId, MessageBody, sender, now, visible);
  const number = Number(lastInsertRowid);
  sql('INSERT INTO sqs_deduplication VALUES (?, ?, ?, ?, ?, ?)').run(
    queue.name,
    scopeOf(queue, message),
    MessageDeduplicationId,
    id,
    number,
    now,
  );
  return { id, number };
};
