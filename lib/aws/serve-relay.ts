import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { cameToRest } from '../core/callback/at-rest.ts';
import type { ConfigurationByStage } from '../core/config.ts';
import { type Operation, operationSchema } from '../core/operation/operation.ts';
import { type Onward, type Relaying, relay } from '../core/operation/relay.ts';
import { givingBack } from '../core/policy/claims.ts';
import { forgetting, recounting } from '../core/policy/totals.ts';
import { approvalMachines } from './approval-machines.ts';
import { enqueueing } from './backlog-queue.ts';
import { owingCallbacks } from './callback-queue.ts';
import { claimsTable } from './claims-table.ts';
import { lambda, sqs, stepFunctions } from './clients.ts';
import type { environmentOf } from './environment.ts';
import { logError } from './log.ts';
import { operationParked } from './metrics.ts';
import { relayAllocations } from './relay-allocations.ts';
import { stores } from './runtime.ts';
import { sagaMachines } from './saga-machines.ts';
import { tokenToWake } from './token-to-wake.ts';
import { totalsTable } from './totals-table.ts';
import { wakingCallbacks } from './wake-callbacks.ts';
import { wakeExecution } from './wake-execution.ts';

type Environment = ReturnType<
  typeof environmentOf<
    [
      'OPERATIONS_TABLE',
      'JOURNAL_TABLE',
      'COORDINATION_TABLE',
      'RESULTS_BUCKET',
      'APPROVAL_MACHINES',
      'SAGA_MACHINES',
      'BACKLOG_QUEUES',
      'CALLBACK_QUEUES',
      'CALLBACK_FUNCTIONS',
      'STAGE',
      'LEDGER_TABLE',
    ]
  >
>;

/** Asks for a repair run: what the stream has lost is found on the items themselves. */
export interface RepairRequest {
  readonly repair: true;
}

/** The relay: the only part that sends on what happened to an operation: to the journal, to the machine where it waits for people or that carries it out, to the queue where it waits for its system, to the queue of what its agent is to be told. Whoever settles what people were asked wakes that machine; the relay does so again, in case the call was lost. */
export function serveRelay(define: ConfigurationByStage, environment: Environment) {
  const { client, clock, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const tableName = environment.OPERATIONS_TABLE;
  const machines = stepFunctions();
  const waiting = approvalMachines(machines, environment.APPROVAL_MACHINES);
  const sagas = sagaMachines(machines, environment.SAGA_MACHINES);
  const totals = totalsTable(client, environment.COORDINATION_TABLE);
  const queues = sqs();
  const owe = owingCallbacks(queues, environment.CALLBACK_QUEUES);
  const wakeCallbacks = wakingCallbacks(lambda(), environment.CALLBACK_FUNCTIONS);
  const owed = new Set<string>();
  const budgets = relayAllocations(define(environment.STAGE), {
    ...{ client, table: environment.LEDGER_TABLE, now: clock.now },
  });
  const tellAgent = telling(async (operation, version) => {
    if (await owe(operation, version)) owed.add(operation.agent);
  });
  // Whoever goes on with it then finds the budgets as they are.
  const tell = both(budgets, tellAgent);
  const recount = recounting(totals, clock.now);
  const places = { coordination: environment.COORDINATION_TABLE, operations: tableName };
  const ended = both(givingBack(claimsTable(client, { ...places, now: clock.now })), tell);
  // Once a saga has begun, its machine is there; unless it was over, and what people found has opened it again.
  const attended = async (saga: Operation): Promise<boolean> => (saga.saga && saga.act ? sagas.startAgain(saga) : true);
  const onward: Onward = {
    running: (saga) => (saga.saga?.plan.length ? attended(saga) : sagas.start(saga)),
    awaiting_approval: waiting.start,
    queued: enqueueing(queues, environment.BACKLOG_QUEUES),
    not_applied: both(forgetting(totals, clock.now), ended),
    applied: both(recount, ended),
    review: both(both(recount, tell), attended),
    dead: ended,
  };
  const wake = wakeExecution(machines);
  const sendOn = relayingOver(client, tableName, { journal, onward, wake });
  const mend = async (operation: Operation): Promise<void> => {
    await sendOn(operation);
    // An execution that was ended by hand, or by an error of the machine itself, has left behind what it waited for.
    if (operation.state === 'awaiting_approval') await waiting.startAgain(operation);
    if (operation.saga && (operation.state === 'running' || operation.state === 'review'))
      await sagas.startAgain(operation);
  };
  const follow = async (record: DynamoDBRecord): Promise<void> => {
    const image = imageOf(record);
    if (!image) return;
    if (tableOf(record) !== tableName) return wakeWaiting(image, wake);
    const operation = readable(image);
    if (operation) await sendOn(operation);
  };
  return async (event: DynamoDBStreamEvent | RepairRequest): Promise<DynamoDBBatchResponse | { repaired: number }> => {
    if ('repair' in event) return { repaired: await repair(client, tableName, mend) };
    const answer = await relayBatch(event, follow);
    const agents = [...owed];
    owed.clear();
    await wakeCallbacks(agents);
    return answer;
  };
}

/** Tells of an operation that came to rest: operators, by a metric, where one of them has to look after it, and its agent. */
const telling =
  (owe: (operation: Operation, version: number) => Promise<void>) =>
  async (operation: Operation): Promise<true> => {
    const version = cameToRest(operation);
    if (version === undefined) return true;
    const { system, state, step } = operation;
    if (state === 'review' || state === 'dead') operationParked(system, state);
    // Of a saga its agent is told, not of each of its steps.
    if (!step) await owe(operation, version);
    return true;
  };

type Place = (operation: Operation) => Promise<boolean>;

const both =
  (first: Place, second: Place): Place =>
  async (operation) =>
    (await first(operation)) && second(operation);

type Relay = (operation: Operation) => Promise<void>;

/** What happened to one item is followed in its order, and no further than to what fails; different items at the same time. */
async function relayBatch({ Records }: DynamoDBStreamEvent, follow: Follow): Promise<DynamoDBBatchResponse> {
  const items = Map.groupBy(Records, ({ dynamodb }) => JSON.stringify(dynamodb?.Keys));
  const failed = await Promise.all([...items.values()].map((records) => firstFailed(records, follow)));
  // From the earliest of them on, all come again.
  return {
    batchItemFailures: failed.flatMap((itemIdentifier) => (itemIdentifier === undefined ? [] : { itemIdentifier })),
  };
}

type Follow = (record: DynamoDBRecord) => Promise<void>;

async function firstFailed(records: readonly DynamoDBRecord[], follow: Follow): Promise<string | undefined> {
  for (const record of records) {
    try {
      await follow(record);
    } catch (error) {
      logError('relay failed', error, { eventId: record.eventID ?? '' });
      return record.dynamodb?.SequenceNumber ?? '';
    }
  }
  return undefined;
}

type Item = Record<string, AttributeValue>;

/** The item after the change; nothing for deletes, which only the TTL makes. */
const imageOf = ({ eventName, dynamodb }: DynamoDBRecord): Item | undefined =>
  eventName === 'REMOVE' ? undefined : (dynamodb?.NewImage as Item | undefined);

/** The table of a stream, `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<moment>`: operations, or else approvals. */
const tableOf = ({ eventSourceARN = '' }: DynamoDBRecord): string | undefined => eventSourceARN.split('/')[1];

/** Any number of times: an execution that waits no longer is none to wake. */
async function wakeWaiting(item: Item, wake: (token: string) => Promise<void>): Promise<void> {
  const token = tokenToWake(item);
  if (token !== undefined) await wake(token);
}

/**
 * The operation in an item; nothing where this version cannot read it. Trying again would not help, and the others behind
 * it need not wait: its events stay on the item, and each repair run fails until they are written.
 */
function readable(item: Item): Operation | undefined {
  const { success, data, error } = operationSchema.safeParse(unmarshall(item));
  if (!success) logError('an operation cannot be read', error, { operationId: item['id']?.S ?? '' });
  return data;
}

/** The core's relay over the operations table. */
function relayingOver(
  client: DynamoDBClient,
  tableName: string,
  { journal, onward, wake }: Omit<Relaying, 'clear'>,
): Relay {
  const clear = async ({ id, version }: Operation): Promise<void> => {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ id }),
          // Not a transition: the version stays.
          UpdateExpression: 'SET #events = :none',
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#events': 'events', '#version': 'version' },
          ExpressionAttributeValues: marshall({ ':none': [], ':version': version }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
  return async (operation) => {
    const { id: operationId, system, state } = operation;
    if ((await relay(operation, { journal, onward, wake, clear })) === 'no place')
      logError('there is no place where this operation could wait', new Error(state), { operationId, system });
  };
}

/**
 * Walks all operations and relays what still has events: the stream keeps a day, the items keep everything. Looks after
 * what waits for people too. Goes to the end first, and then throws when something is left over.
 */
async function repair(client: DynamoDBClient, tableName: string, mend: Relay): Promise<number> {
  let repaired = 0;
  let failed = 0;
  let from: Item | undefined;
  do {
    const page: { Items?: Item[]; LastEvaluatedKey?: Item } = await client.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: 'size(#events) > :none OR #state IN (:waiting, :running, :review)',
        ExpressionAttributeNames: { '#events': 'events', '#state': 'state' },
        ExpressionAttributeValues: marshall({
          ':none': 0,
          ':waiting': 'awaiting_approval',
          ':running': 'running',
          ':review': 'review',
        }),
        ExclusiveStartKey: from,
      }),
    );
    for (const item of page.Items ?? [])
      if (await isRelayed(item, mend)) repaired++;
      else failed++;
    from = page.LastEvaluatedKey;
  } while (from);
  if (failed > 0) throw new Error(`${failed} operations could not be relayed`);
  return repaired;
}

async function isRelayed(item: Item, sendOn: Relay): Promise<boolean> {
  const operation = readable(item);
  if (!operation) return false;
  try {
    await sendOn(operation);
    return true;
  } catch (error) {
    logError('relay failed', error, { operationId: operation.id });
    return false;
  }
}
