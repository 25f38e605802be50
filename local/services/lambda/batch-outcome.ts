import * as z from 'zod';
import type { StreamRecord } from '../dynamodb/stream.ts';
import type { InvocationResult } from './function-runtime.ts';

const partialResult = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/** How many records at the head of a batch a function is through with; `failed` = the one after them is to be tried again, which `counts` as an attempt unless Lambda did not call the function. */
export interface BatchOutcome {
  readonly done: number;
  readonly failed: boolean;
  readonly counts: boolean;
}

/** Reads a function's answer to a batch. Without partial results it is all or nothing; the lowest reported record counts. */
export const batchOutcome = (
  records: readonly StreamRecord[],
  result: InvocationResult,
  options: { readonly partial: boolean },
): BatchOutcome => {
  const none = { done: 0, failed: true, counts: true };
  const whole = { done: records.length, failed: false, counts: true };
  if (result.failed) return none;
  const returned: unknown = JSON.parse(result.payload);
  // An empty answer counts as success, an answer of another shape as failure of the whole batch.
  if (!options.partial || returned === null) return whole;
  const parsed = partialResult.safeParse(returned);
  if (!parsed.success) return none;
  const failures = parsed.data.batchItemFailures ?? [];
  if (failures.length === 0) return whole;
  const positions = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  return { ...none, done: Math.max(0, Math.min(...positions)) };
};
