import { createHash } from 'node:crypto';
import { type ServiceContext, ServiceError } from '../../service.ts';
import type { Item } from './attribute-value.ts';
import { itemSize } from './item-size.ts';
import { keyAttributes } from './key.ts';
import { type Store, storeOf } from './store.ts';
import type { StreamView, Table } from './table.ts';

/** One change as Lambda hands it to a function; times are epoch seconds. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  readonly eventSourceARN: string;
  /** Set on what time to live deleted, as nothing a caller deletes carries it. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

/** A change of one item: what it was, what it is, whether time to live made it. */
export interface Change {
  readonly before?: Item;
  readonly after?: Item;
  readonly expired?: boolean;
}

/** A stream keeps its records for a day. */
const RETENTION_MS = 24 * 3_600_000;

// Real sequence numbers are opaque decimal strings of this length, and sort as text.
const SEQUENCE_DIGITS = 21;
const sequenceNumber = (sequence: number): string => String(sequence).padStart(SEQUENCE_DIGITS, '0');

const eventName = ({ before, after }: Change): StreamRecord['eventName'] => {
  if (!before) return 'INSERT';
  return after ? 'MODIFY' : 'REMOVE';
};

const images = (view: StreamView, { before, after }: Change): { NewImage?: Item; OldImage?: Item } => ({
  ...(after && view !== 'KEYS_ONLY' && view !== 'OLD_IMAGE' && { NewImage: after }),
  ...(before && view !== 'KEYS_ONLY' && view !== 'NEW_IMAGE' && { OldImage: before }),
});

/** Appends a change to its table's stream, inside the transaction that makes the change. */
export const appendToStream = (store: Store, table: Table, change: Change, now: number): void => {
  if (!table.stream) return;
  const { view, arn } = table.stream;
  const parts = { Keys: keyAttributes([table.key], change.after ?? change.before ?? {}), ...images(view, change) };
  const record = {
    eventName: eventName(change),
    ...(change.expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      ...parts,
      SizeBytes: Object.values(parts).reduce((total, part) => total + itemSize(part), 0),
      StreamViewType: view,
    },
  };
  store
    .sql('INSERT INTO dynamodb_stream_record (stream_arn, at, record) VALUES (?, ?, ?)')
    .run(arn, now, JSON.stringify(record));
};

/** Wakes those who wait for the table's records; called once the change is durable. */
export const announce = (store: Store, table: Table): void => {
  const arn = table.stream?.arn;
  if (arn === undefined) return;
  for (const listener of [...store.listeners]) queueMicrotask(() => listener(arn));
};

/** Calls `listener` with the stream's ARN after each commit that appended to it. Answers the way to stop that. */
export const onAppend = (context: ServiceContext, listener: (streamArn: string) => void): (() => void) => {
  const { listeners } = storeOf(context);
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const fullRecord = (context: ServiceContext, streamArn: string, row: Record<string, unknown>): StreamRecord => {
  const sequence = Number(row['sequence']);
  const { eventName, userIdentity, dynamodb } = JSON.parse(String(row['record']));
  return {
    eventID: createHash('sha256').update(`${streamArn}#${sequence}`).digest('hex').slice(0, 32),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: context.region,
    dynamodb: { ...dynamodb, SequenceNumber: sequenceNumber(sequence) },
    eventSourceARN: streamArn,
    ...(userIdentity && { userIdentity }),
  };
};

const refuseUnknown = (store: Store, streamArn: string): void => {
  if ([...store.tables.values()].some(({ stream }) => stream?.arn === streamArn)) return;
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Stream: ${streamArn} not found`);
};

/**
 * Reads a stream in order: the records after the one with SequenceNumber `after`, or from the oldest that is kept (a day).
 * `last` is the SequenceNumber to go on from; it is `after` itself when there is nothing new.
 */
export const readStream = (
  context: ServiceContext,
  streamArn: string,
  options: { readonly after?: string; readonly limit: number },
): { readonly records: readonly StreamRecord[]; readonly last: string | undefined } => {
  const store = storeOf(context);
  refuseUnknown(store, streamArn);
  const rows = store
    .sql(
      `SELECT sequence, record FROM dynamodb_stream_record
       WHERE stream_arn = ? AND sequence > ? AND at > ? ORDER BY sequence LIMIT ?`,
    )
    .all(streamArn, Number(options.after ?? 0), context.clock.now() - RETENTION_MS, options.limit);
  const records = rows.map((row) => fullRecord(context, streamArn, row));
  return { records, last: records.at(-1)?.dynamodb.SequenceNumber ?? options.after };
};

/** Forgets the records that are older than a day. */
export const trimStreams = (context: ServiceContext): void => {
  storeOf(context)
    .sql('DELETE FROM dynamodb_stream_record WHERE at <= ?')
    .run(context.clock.now() - RETENTION_MS);
};
