import { ServiceError } from '../../service.ts';

/** An entry of a batch, whose other members are read when its turn comes. */
export interface Entry {
  readonly Id: string;
}

/** What a batch is answered: each entry succeeds or fails by itself. */
export interface BatchAnswer {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/** Carries out a batch of one to ten entries. Errors for the batch as a whole: `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `BatchEntryIdsNotDistinct`. */
export const inBatch = <E extends Entry>(entries: readonly E[], one: (entry: E) => object): BatchAnswer => {
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw new ServiceError('TooManyEntriesInBatchRequest', message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new ServiceError('BatchEntryIdsNotDistinct', 'Two entries of the batch have the same Id.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...one(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
};
