import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, type IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import type { Context } from 'aws-lambda';
import { fates } from './fates.ts';
import { createOrder, type ModelClient, modelConnector, modelOrigin } from './model-connector.ts';
import { modelSystem } from './model-system.ts';
import { modelTransport } from './model-transport.ts';
import { type Process, startProcess } from './process.ts';
import { seeded } from './random.ts';
import type { Schedule } from './schedule.ts';
import { virtualClock } from './virtual-clock.ts';

interface Kept {
  readonly record: IdempotencyRecord;
  readonly at: number;
  readonly isDone: boolean;
}

/** Powertools' own settings: how long a function may run, and how long its records are kept, in ms. */
const longestRun = 30_000;
const keptFor = 3_600_000;

/** Powertools' records in a shared table, on the conditions of its own layer for DynamoDB. */
class SharedRecords extends BasePersistenceLayer {
  readonly #records: Map<string, Kept>;
  readonly #process: Process;
  readonly #now: () => number;

  constructor(records: Map<string, Kept>, process: Process, now: () => number) {
    super();
    this.#records = records;
    this.#process = process;
    this.#now = now;
  }

  protected _putRecord(record: IdempotencyRecord): Promise<void> {
    return this.#process.trip('operations', () => {
      const existing = this.#records.get(record.idempotencyKey);
      const age = existing && this.#now() - existing.at;
      if (existing && age !== undefined && age <= (existing.isDone ? keptFor : longestRun))
        throw new IdempotencyItemAlreadyExistsError('exists', existing.record);
      this.#keep(record, false);
    });
  }

  protected _updateRecord(record: IdempotencyRecord): Promise<void> {
    return this.#process.trip('operations', () => this.#keep(record, true));
  }

  protected _deleteRecord({ idempotencyKey }: IdempotencyRecord): Promise<void> {
    return this.#process.trip('operations', () => void this.#records.delete(idempotencyKey));
  }

  protected _getRecord(idempotencyKey: string): Promise<IdempotencyRecord> {
    return this.#process.trip('operations', () => {
      const kept = this.#records.get(idempotencyKey);
      if (!kept) throw new IdempotencyItemNotFoundError('none');
      return kept.record;
    });
  }

  #keep(record: IdempotencyRecord, isDone: boolean): void {
    this.#records.set(record.idempotencyKey, { record, isDone, at: this.#now() });
  }
}

/**
 * The same schedules over `makeIdempotent` as its documentation shows it: around the call to the system, with its
 * defaults, its record deleted on an error. Answers how many effects each key had.
 */
export async function conventionally(schedule: Schedule): Promise<ReadonlyMap<string, number>> {
  const clock = virtualClock();
  const random = seeded(schedule.pace);
  const system = modelSystem(clock);
  const fate = fates(schedule, { clock, random, note: () => {} });
  const wire = { clock, system, behave: fate.behave, latency: fate.latency };
  const records = new Map<string, Kept>();
  const connector = modelConnector();
  let started = 0;

  const call = async (key: string, item: string): Promise<void> => {
    const process = startProcess(`conventional${started++}`, { clock, wayTo: fate.wayTo });
    const client = connector.connect({
      ...{ settings: {}, origins: { api: modelOrigin }, secret: async () => 'secret', now: clock.now },
      transport: modelTransport(wire, process),
    }) as ModelClient;
    const config = new IdempotencyConfig({ eventKeyJmesPath: 'key', throwOnNoIdempotencyKey: true });
    config.registerLambdaContext({ getRemainingTimeInMillis: () => longestRun } as Context);
    const order = makeIdempotent(
      async (asked: { key: string; item: string }) => {
        const signal = AbortSignal.timeout(15_000);
        const body = { item: asked.item, price: createOrder.examples[0].input.price, reference: asked.key };
        return JSON.stringify(
          await client.send('POST', '/orders', { body, signal, permit: async () => {}, for: asked.key }),
        );
      },
      {
        persistenceStore: new SharedRecords(records, process, clock.now),
        config,
        keyPrefix: 'conventional',
      },
    );
    await order({ key, item });
  };
  const passing = (work: Promise<void>): void => void work.catch(() => {}); // its caller asks again
  const calls: (readonly [string, string])[] = [];
  const life = async (): Promise<void> => {
    for (const step of schedule.steps) {
      await clock.sleep(step.after);
      if (step.do === 'create' || step.do === 'change') {
        const asked = [`k${step.key}`, `item ${step.key}`] as const;
        calls.push(asked);
        passing(call(...asked));
      } else if (step.do === 'again' && calls.length > 0)
        passing(call(...(calls[step.which % calls.length] ?? ['', ''])));
      else if (step.do === 'down') fate.down(step.how);
      else if (step.do === 'back') fate.up();
    }
    fate.end();
    for (const asked of calls) {
      await clock.sleep(900_000);
      passing(call(...asked));
    }
    await clock.sleep(900_000);
  };
  await clock.live(life);
  const effects = new Map<string, number>();
  for (const { reference } of system.ledger) effects.set(reference, (effects.get(reference) ?? 0) + 1);
  return effects;
}
