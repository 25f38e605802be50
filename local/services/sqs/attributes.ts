import { ServiceError } from '../../service.ts';
import { sequenceNumber } from './send-message.ts';
import type { Message, Queue, QueueStore } from './store.ts';

const countsOf = ({ sql }: QueueStore, { name }: Queue, now: number): Readonly<Record<string, string>> => {
  const row = sql(
    `SELECT count(*) FILTER (WHERE visible <= :now) AS visible,
       count(*) FILTER (WHERE visible > :now AND receipt IS NOT NULL) AS in_flight,
       count(*) FILTER (WHERE visible > :now AND receipt IS NULL) AS delayed
     FROM sqs_message WHERE queue = :name`,
  ).get({ name, now });
  return {
    ApproximateNumberOfMessages: String(row?.['visible']),
    ApproximateNumberOfMessagesNotVisible: String(row?.['in_flight']),
    ApproximateNumberOfMessagesDelayed: String(row?.['delayed']),
  };
};

const settingsOf = ({ settings, created, changed }: Queue): Readonly<Record<string, string | undefined>> => ({
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: settings.DeduplicationScope,
  FifoThroughputLimit: settings.FifoThroughputLimit,
  CreatedTimestamp: String(Math.floor(created / 1000)),
  LastModifiedTimestamp: String(Math.floor(changed / 1000)),
  DelaySeconds: String(settings.DelaySeconds),
  MaximumMessageSize: String(settings.MaximumMessageSize),
  MessageRetentionPeriod: String(settings.MessageRetentionPeriod),
  ReceiveMessageWaitTimeSeconds: String(settings.ReceiveMessageWaitTimeSeconds),
  VisibilityTimeout: String(settings.VisibilityTimeout),
  RedrivePolicy: settings.RedrivePolicy && JSON.stringify(settings.RedrivePolicy),
  KmsMasterKeyId: settings.KmsMasterKeyId,
  SqsManagedSseEnabled: String(settings.SqsManagedSseEnabled ?? settings.KmsMasterKeyId === undefined),
});

/** GetQueueAttributes: those that are asked for, by name or `All`. Errors: `InvalidAttributeName`. */
export const queueAttributes = (
  store: QueueStore,
  queue: Queue,
  { names, arn, now }: { readonly names: readonly string[]; readonly arn: string; readonly now: number },
): Readonly<Record<string, string | undefined>> => {
  const all = { QueueArn: arn, ...countsOf(store, queue, now), ...settingsOf(queue) };
  return chosen(all, names, 'attribute of a queue');
};

/** The system attributes of a received message that are asked for. Errors: `InvalidAttributeName`. */
export const messageAttributes = (
  message: Message,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> => {
  const all = {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.first_received),
    MessageGroupId: message.message_group,
    MessageDeduplicationId: message.deduplication_id,
    SequenceNumber: sequenceNumber(message.number),
    DeadLetterQueueSourceArn: message.source ?? undefined,
  };
  return chosen(all, names, 'attribute of a message');
};

const chosen = <T extends object>(all: T, names: readonly string[], what: string): Partial<T> => {
  const unknown = names.filter((name) => name !== 'All' && !Object.hasOwn(all, name));
  if (unknown.length > 0) {
    throw new ServiceError('InvalidAttributeName', `The local SQS has no ${what} called ${unknown.join(', ')}.`);
  }
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) as Partial<T>;
};
