import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Account, byId, openAccount } from './account.ts';

interface Order {
  readonly key: string;
  readonly amount: number;
  /** Resolves when the order may go on. */
  readonly gate?: Promise<void>;
}

let account: Account;
let table: string;
let place: (order: Order) => Promise<unknown>;
let executed = 0;

beforeAll(async () => {
  // Powertools says on each call that it has no Lambda context; here there is none.
  vi.spyOn(console, 'warn').mockReturnValue();
  account = await openAccount();
  table = await account.createTable(byId);
  place = idempotent(async ({ gate }) => {
    executed += 1;
    const number = executed;
    await gate;
    return { number };
  });
});
afterAll(() => account.close());

const idempotent = (run: (order: Order) => Promise<unknown>) =>
  makeIdempotent(run, {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: table, awsSdkV3Client: account.client }),
    config: new IdempotencyConfig({
      eventKeyJmesPath: 'key',
      payloadValidationJmesPath: 'amount',
      hashFunction: 'sha256',
    }),
  });

describe("Powertools' own DynamoDB layer on this engine", () => {
  it('runs a call once and replays its result', async () => {
    const first = await place({ key: 'replay', amount: 1 });
    expect(await place({ key: 'replay', amount: 1 })).toEqual(first);
  });

  it('refuses the same key with another payload', async () => {
    await place({ key: 'mismatch', amount: 1 });
    await expect(place({ key: 'mismatch', amount: 2 })).rejects.toMatchObject({ name: 'IdempotencyValidationError' });
  });

  it('refuses a second call while the first is in progress', async () => {
    const opened = Promise.withResolvers<void>();
    const first = place({ key: 'progress', amount: 1, gate: opened.promise });
    const before = executed;
    await expect.poll(() => executed).toBe(before + 1);
    const second = place({ key: 'progress', amount: 1 });
    await expect(second).rejects.toMatchObject({ name: 'IdempotencyAlreadyInProgressError' });
    opened.resolve();
    await expect(first).resolves.toEqual({ number: executed });
  });

  it('lets a call that failed run again', async () => {
    const failing = idempotent(async () => {
      throw new Error('boom');
    });
    await expect(failing({ key: 'failed', amount: 1 })).rejects.toThrow('boom');
    await expect(place({ key: 'failed', amount: 1 })).resolves.toHaveProperty('number');
  });
});
