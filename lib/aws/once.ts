import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { CountersignError } from '../core/errors.ts';
import { attempt } from '../core/operation/attempt.ts';
import type { Operation, Operations } from '../core/operation/operation.ts';
import { recover } from '../core/operation/recover.ts';
import type { Write } from '../core/operation/write.ts';
import type { Once } from '../core/pipeline.ts';
import { OperationStore } from './operation-store.ts';

const config = new IdempotencyConfig({
  eventKeyJmesPath: 'key',
  throwOnNoIdempotencyKey: true,
  payloadValidationJmesPath: 'digest',
  hashFunction: 'sha256',
});

/** Powertools' idempotency over the operations table. Refuses to start where an environment variable would switch it off. */
export function powertoolsOnce(operations: Operations): Once {
  if (!config.isEnabled()) throw new Error('POWERTOOLS_IDEMPOTENCY_DISABLED would carry every duplicate out: refused');
  return async (draft, write) => {
    const store = new OperationStore(operations, draft);
    let mayHaveSent = false;
    const run = makeIdempotent(
      async (_payload: { key: string; digest: string }): Promise<null> => {
        mayHaveSent = true;
        store.attempted = await attempt(operations, write, store.operation);
        return null; // the answer is read from the operation, first call and replay alike
      },
      { persistenceStore: store, config, keyPrefix: 'operations' },
    );
    try {
      await run({ key: draft.id, digest: draft.digest });
      return { operation: store.operation, replayed: !mayHaveSent };
    } catch (error) {
      return {
        operation: await afterFailure(error, { store, operations, write, mayHaveSent }),
        replayed: !mayHaveSent,
      };
    }
  };
}

interface Failure {
  readonly store: OperationStore;
  readonly operations: Operations;
  readonly write: Write;
  readonly mayHaveSent: boolean;
}

/** Powertools throws one class for a failed put and a failed completion: only our own flag tells them apart. */
async function afterFailure(error: unknown, { store, operations, write, mayHaveSent }: Failure): Promise<Operation> {
  if (error instanceof IdempotencyValidationError)
    throw new CountersignError('IDEMPOTENCY_KEY_REUSED', 'The key belongs to a call with other content.', {
      facts: { operationId: store.operation.id },
    });
  if (error instanceof IdempotencyAlreadyInProgressError)
    return recover(operations, write, store.operation, { resend: true }).catch(() => unsettled(store.operation));
  if (mayHaveSent) return unsettled(store.attempted?.operation ?? store.operation);
  throw new CountersignError('STORE_UNAVAILABLE', 'The operation could not be recorded; nothing was sent.', {
    cause: error,
  });
}

/** The store did not take the outcome: what is true will be looked up. */
const unsettled = (operation: Operation): Operation => ({
  ...operation,
  state: 'unknown',
  reason: 'STORE_UNAVAILABLE',
});
