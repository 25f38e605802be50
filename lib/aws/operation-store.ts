import type { JSONValue } from '@aws-lambda-powertools/commons/types';
import {
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  IdempotencyRecordStatus,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { type Attempted, settle } from '../core/operation/attempt.ts';
import { isFinal, type Operation, type Operations, sendBudget, type Written } from '../core/operation/operation.ts';

/** A host's clock that is further off than this is corrected before anything is sent, in ms. */
const clockTolerance = 5_000;

/**
 * Powertools' persistence layer over the operations table, for one call. Powertools decides who runs and compares
 * payloads; the item is ours, so it lives until it is final.
 */
export class OperationStore extends BasePersistenceLayer {
  /** The operation as this call last saw or wrote it. */
  operation: Operation;
  /** What carrying it out came to; the completion records it. */
  attempted: Attempted | undefined;
  readonly #operations: Operations;

  constructor(operations: Operations, draft: Operation) {
    super();
    this.#operations = operations;
    this.operation = draft;
  }

  /** Without a remaining time Powertools warns on every write. Its in-progress expiry is not kept: expiry never means "run again". */
  override saveInProgress(data: JSONValue): Promise<void> {
    return super.saveInProgress(data, sendBudget);
  }

  /** The item's key is the operation's id: no function name, and an operator can look it up. */
  protected override getHashedIdempotencyKey(): string {
    return this.operation.id;
  }

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    const from = performance.now();
    const guessedNow = this.#operations.now();
    const draft = { ...this.operation, sendBy: guessedNow + sendBudget, validation: record.payloadHash ?? '' };
    const opened = await this.#operations.open(draft);
    const { won, operation } = opened.won
      ? await this.#confirmSendBy(opened.operation, guessedNow + performance.now() - from)
      : opened;
    this.operation = operation;
    if (!won) throw new IdempotencyItemAlreadyExistsError('the operation exists', toRecord(operation));
  }

  /** A host whose clock was wrong has written a wrong `sendBy`: the put's own response tells, before anything is sent. */
  async #confirmSendBy(opened: Operation, guessedNow: number): Promise<Written> {
    const off = this.#operations.now() - guessedNow;
    if (Math.abs(off) < clockTolerance) return { won: true, operation: opened };
    return this.#operations.change(opened, { sendBy: Math.round(opened.sendBy + off) });
  }

  protected async _updateRecord(): Promise<void> {
    if (this.attempted) this.operation = await settle(this.#operations, this.attempted);
  }

  /** Powertools deletes when the function throws. An operation that may have reached the system is never deleted. */
  protected async _deleteRecord(): Promise<void> {}

  /** Never asked: a failed put brings the item along. */
  protected async _getRecord(): Promise<IdempotencyRecord> {
    throw new IdempotencyItemNotFoundError('operations are read by the put');
  }
}

/** Without an expiry, or Powertools would take a passed one for permission to run again. */
const toRecord = (operation: Operation): IdempotencyRecord =>
  new IdempotencyRecord({
    idempotencyKey: operation.id,
    status: isFinal(operation) ? IdempotencyRecordStatus.COMPLETED : IdempotencyRecordStatus.INPROGRESS,
    payloadHash: operation.validation,
    responseData: null,
  });
