import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { CountersignError } from '../core/errors.ts';
import { attempt } from '../core/operation/attempt.ts';
import { type Operation, type Operations, sendBudget } from '../core/operation/operation.ts';
import { recover } from '../core/operation/recover.ts';
import type { Write } from '../core/operation/write.ts';
import type { Once } from '../core/pipeline.ts';
import { logError } from './log.ts';
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
  return async (draft, write, held) => {
    const from = performance.now();
    const store = new OperationStore(operations, draft);
    let mayHaveSent = false;
    const run = makeIdempotent(
      async (_payload: { key: string; digest: string }): Promise<null> => {
        mayHaveSent = true;
        const outcome = await held;
        store.attempted = outcome
          ? { operation: store.operation, outcome }
          : await attempt(operations, write, store.operation);
        return null; // the answer is read from the operation, first call and replay alike
      },
      { persistenceStore: store, config, keyPrefix: 'operations' },
    );
    try {
      await run({ key: draft.id, digest: draft.digest });
      return { operation: store.operation, replayed: !mayHaveSent };
    } catch (error) {
      const met = store.operation;
      // What needs an approval today and was opened without one is only looked up.
      const isApproved = draft.approval === undefined || met.approval !== undefined;
      const resend = isApproved && (await held) === undefined;
      const operation = await afterFailure(error, { store, operations, write, mayHaveSent, resend, from });
      // A retry that sends is the call that carries the intent out, whichever call asked first.
      return { operation, replayed: !mayHaveSent && operation.attempts === met.attempts };
    }
  };
}

interface Failure {
  readonly store: OperationStore;
  readonly operations: Operations;
  readonly write: Write;
  readonly mayHaveSent: boolean;
  readonly resend: boolean;
  /** When the call began. */
  readonly from: number;
}

/** Powertools throws one class for a failed put and a failed completion: only our own flag tells them apart. */
async function afterFailure(error: unknown, failure: Failure): Promise<Operation> {
  const { store, operations, write, mayHaveSent, resend, from } = failure;
  if (error instanceof IdempotencyValidationError)
    throw new CountersignError('IDEMPOTENCY_KEY_REUSED', 'The key belongs to a call with other content.', {
      facts: { operationId: store.operation.id },
    });
  if (error instanceof IdempotencyAlreadyInProgressError) {
    const budget = Math.floor(sendBudget - (performance.now() - from));
    return recover(operations, write, store.operation, { resend, budget }).catch((failure: unknown) =>
      unsettled(store.operation, failure),
    );
  }
  const cause = error instanceof Error ? error.cause : error;
  if (mayHaveSent) return unsettled(store.attempted?.operation ?? store.operation, cause);
  throw new CountersignError(
    'STORE_UNAVAILABLE',
    'This call could not be recorded and has sent nothing; what became of an earlier one with its key cannot be told now.',
    { cause },
  );
}

/** The store did not take the outcome: what is true will be looked up. */
function unsettled(operation: Operation, cause: unknown): Operation {
  logError('an outcome could not be recorded', cause, { operationId: operation.id });
  return { ...operation, state: 'unknown', reason: 'STORE_UNAVAILABLE', result: undefined };
}
