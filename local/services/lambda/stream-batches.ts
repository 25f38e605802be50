import type { StreamRecord } from '../dynamodb/stream.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import type { MappingProperties } from './mapping-properties.ts';

/** Records that go to the function together. `attempts`: how often they have failed so far. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
}

/** Why records are put aside. */
export type DiscardReason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What is left of a batch after an attempt, first first; the records before it are done with. */
export const remaining = (
  batch: Batch,
  { done, failed, counts }: BatchOutcome,
  options: { readonly bisect: boolean },
): readonly Batch[] => {
  if (!failed) return [];
  if (!counts) return [batch];
  const records = batch.records.slice(done);
  if (done > 0) return [{ records, attempts: 1 }];
  // Finding the record that fails is not a retry of it: halving leaves the count as it is.
  return options.bisect && records.length > 1 ? halves(batch) : [{ records, attempts: batch.attempts + 1 }];
};

/** Both halves of a batch, in order. */
export const halves = ({ records, attempts }: Batch): readonly Batch[] => {
  const half = Math.ceil(records.length / 2);
  return [
    { records: records.slice(0, half), attempts },
    { records: records.slice(half), attempts },
  ];
};

/** The records at the head of a batch that are not to be tried (again), and why; `undefined` when there are none. */
export const hopeless = (
  { records, attempts }: Batch,
  { MaximumRetryAttempts: retries, MaximumRecordAgeInSeconds: age }: MappingProperties,
  now: number,
): { readonly count: number; readonly reason: DiscardReason } | undefined => {
  if (retries >= 0 && attempts > retries) return { count: records.length, reason: 'RetryAttemptsExhausted' };
  if (age < 0) return undefined;
  const fresh = records.findIndex(({ dynamodb }) => now / 1000 - dynamodb.ApproximateCreationDateTime <= age);
  if (fresh === 0) return undefined;
  return { count: fresh < 0 ? records.length : fresh, reason: 'RecordAgeExceeded' };
};
