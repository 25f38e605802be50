import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';
import { messageOf } from '../../local-error.ts';
import type { StreamRecord } from '../dynamodb/stream.ts';
import { type BatchOutcome, batchOutcome } from './batch-outcome.ts';
import { matchesEvent } from './filter.ts';
import { type InvocationResult, payloadLimit } from './function-runtime.ts';
import type { MappingProperties } from './mapping-properties.ts';
import { type Batch, type DiscardReason, halves, hopeless, remaining } from './stream-batches.ts';

/** What a mapping reads from, calls and remembers. */
export interface StreamMappingOptions {
  readonly name: string;
  readonly properties: MappingProperties;
  readonly clock: LocalClock;
  readonly source: {
    read(after: string | undefined, limit: number): { records: readonly StreamRecord[]; last: string | undefined };
    onAppend(listener: () => void): () => void;
  };
  /** The durable SequenceNumber up to which the function is through. */
  readonly position: { load(): string | undefined; save(sequence: string): void };
  readonly invoke: (event: string) => Promise<InvocationResult>;
  /** Puts records aside that were given up. */
  readonly discard: (batch: Batch, reason: DiscardReason) => Promise<void>;
  readonly log: (text: string) => void;
}

/** One event source mapping at work. */
export interface StreamMapping {
  /** Whether every record so far is done with. */
  drained(): boolean;
  /** Sends no further batch. Settles once the last one has ended, for which its function may have to be killed. */
  stop(): Promise<void>;
}

/** Real retries start sooner than a second and grow; the longest is short here, so that repaired functions catch up soon. */
const backoffMs = (failures: number): number => Math.min(100 * 2 ** failures, 5_000);

/** Sends a stream's records to a function: in order, in batches, at least once. */
export const startStreamMapping = (options: StreamMappingOptions): StreamMapping => {
  const { source, position, name, log } = options;
  const rests = restsOf(options);
  const drained = () => source.read(position.load(), 1).records.length === 0;
  const working = work(options, rests, drained).catch((error: unknown) => log(`${name} stopped: ${messageOf(error)}`));
  return {
    drained,
    stop() {
      rests.stop();
      return working;
    },
  };
};

const work = async (options: StreamMappingOptions, rests: Rests, drained: () => boolean): Promise<void> => {
  let queue: readonly Batch[] = [];
  let failures = 0;
  while (!rests.stopped()) {
    queue = queue.length > 0 ? queue : readBatches(options);
    const [batch, ...later] = queue;
    if (!batch) await rests.untilAppended(drained);
    else {
      const { left, failed } = await attempt(batch, options);
      // A batch that ended because its function was closed counts as not sent.
      if (rests.stopped()) return;
      saveProgress(batch, left, options.position);
      queue = [...left, ...later];
      failures = failed ? failures + 1 : 0;
      if (failed) await rests.until(options.clock.now() + backoffMs(failures));
    }
  }
};

const attempt = async (
  batch: Batch,
  options: StreamMappingOptions,
): Promise<{ readonly left: readonly Batch[]; readonly failed: boolean }> => {
  const { properties, clock } = options;
  const lost = hopeless(batch, properties, clock.now());
  if (lost) return { left: await giveUp(batch, lost, options), failed: false };
  const outcome = await deliver(batch, options);
  return {
    left: remaining(batch, outcome, { bisect: properties.BisectBatchOnFunctionError }),
    failed: outcome.failed,
  };
};

type Rests = ReturnType<typeof restsOf>;

/** The two things that a mapping waits for, both of which end when it is stopped. */
const restsOf = ({ clock, source }: StreamMappingOptions) => {
  let stopped = false;
  let onAppended = () => {};
  let onStop = () => {};
  const unsubscribe = source.onAppend(() => onAppended());
  return {
    stopped: () => stopped,
    untilAppended: (drained: () => boolean) =>
      new Promise<void>((resolve) => {
        onAppended = resolve;
        if (stopped || !drained()) resolve();
      }),
    until: (time: number) =>
      new Promise<void>((resolve) => {
        const cancel = atTime(clock, time, resolve);
        onStop = () => {
          cancel();
          resolve();
        };
        if (stopped) onStop();
      }),
    stop() {
      stopped = true;
      unsubscribe();
      onAppended();
      onStop();
    },
  };
};

/** The next records that pass the filters, in batches that fit into a payload; others are done with at once. */
const readBatches = ({ source, position, properties }: StreamMappingOptions): readonly Batch[] => {
  const { records, last } = source.read(position.load(), properties.BatchSize);
  const patterns = properties.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [];
  const wanted = records.filter((record) => patterns.length === 0 || patterns.some((one) => matchesEvent(record, one)));
  if (wanted.length > 0) return fitting({ records: wanted, attempts: 0 });
  if (records.length > 0 && last !== undefined) position.save(last);
  return [];
};

const eventOf = ({ records }: Batch): string => JSON.stringify({ Records: records });

const fitting = (batch: Batch): readonly Batch[] =>
  batch.records.length === 1 || Buffer.byteLength(eventOf(batch)) <= payloadLimit
    ? [batch]
    : halves(batch).flatMap(fitting);

const giveUp = async (
  batch: Batch,
  { count, reason }: { readonly count: number; readonly reason: DiscardReason },
  { name, log, discard }: StreamMappingOptions,
): Promise<readonly Batch[]> => {
  log(`${name}: ${count} records are given up (${reason})`);
  await discard({ ...batch, records: batch.records.slice(0, count) }, reason);
  return count < batch.records.length ? [{ ...batch, records: batch.records.slice(count) }] : [];
};

const deliver = async (
  batch: Batch,
  { properties, invoke, log, name }: StreamMappingOptions,
): Promise<BatchOutcome> => {
  const partial = properties.FunctionResponseTypes.includes('ReportBatchItemFailures');
  try {
    return batchOutcome(batch.records, await invoke(eventOf(batch)), { partial });
  } catch (error) {
    log(`${name}: ${messageOf(error)}`);
    return { done: 0, failed: true, counts: false };
  }
};

const saveProgress = (batch: Batch, left: readonly Batch[], position: StreamMappingOptions['position']): void => {
  const open = left.reduce((sum, { records }) => sum + records.length, 0);
  const last = batch.records[batch.records.length - open - 1];
  if (last) position.save(last.dynamodb.SequenceNumber);
};
