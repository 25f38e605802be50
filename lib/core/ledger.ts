import type * as z from 'zod';
import { CountersignError } from './errors.ts';

/** One record of the ledger: a budget with everything that was allocated from it, or what a document used up. */
export interface LedgerRecord {
  readonly id: string;
  /** 1 for the first one; each change is the next. */
  readonly version: number;
}

/** How a record is written. */
export interface PutOptions {
  readonly signal?: AbortSignal;
  /** Asked just before it is written; what it throws is thrown, and nothing was written. */
  readonly permit?: () => Promise<void>;
}

/**
 * What Countersign keeps the books of itself, because no system of the company does. Both throw `STORE_UNAVAILABLE`;
 * after a `put` its effect is unknown then.
 */
export interface Ledger {
  /** As it is at this moment; undefined where there is none. */
  get(id: string): Promise<unknown>;
  /** Writes the version that follows the one that is kept; false where that is another one by now. */
  put(record: LedgerRecord, options?: PutOptions): Promise<boolean>;
}

/** What may be added to: a record has 400 KB at the most, and what is given back must still find room. In bytes. */
export const largestRecord = 320_000;

/** One wins in each round: enough for all that may change one record at the same moment. */
const rounds = 40;

/** What is changed, and how. */
export interface Amendment<Kept extends LedgerRecord> {
  readonly id: string;
  readonly schema: z.ZodType<Kept>;
  /** As it is before the first change: version 0. */
  readonly empty: Kept;
  /** What takes its place; undefined where there is nothing to change. May throw, and is asked again where somebody else was quicker. */
  change(kept: Kept): Kept | undefined;
}

/** Changes a record as it is now, and answers what it has become. Throws what `change` throws, and `STORE_UNAVAILABLE`. */
export async function amendRecord<Kept extends LedgerRecord>(
  ledger: Ledger,
  { id, schema, empty, change }: Amendment<Kept>,
  options?: PutOptions,
): Promise<Kept> {
  for (let round = 0; round < rounds; round++) {
    const found = await ledger.get(id);
    const kept = found === undefined ? empty : schema.parse(found);
    const changed = change(kept);
    if (!changed) return kept;
    if (options?.signal?.aborted)
      throw new CountersignError('OPERATION_NOT_SENT', 'Its time was over before it was written.');
    const next = { ...changed, version: kept.version + 1 };
    if (await ledger.put(next, options)) return next;
  }
  throw new CountersignError('STORE_UNAVAILABLE', `Too many others change ${id} at this moment.`);
}
