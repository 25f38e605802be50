import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { CountersignError } from '../core/errors.ts';
import {
  afterChange,
  type MeterChange,
  type MeterState,
  type MeterStore,
  meterSchema,
  type Take,
  unusedMeter,
} from '../core/resilience/meter-state.ts';
import { type Expression, expressionOf } from './expression.ts';

/** The meter of one system, an item of the coordination table. */
export function meterTable(
  client: DynamoDBClient,
  { tableName, system }: { readonly tableName: string; readonly system: string },
): MeterStore {
  const item = { TableName: tableName, Key: marshall({ id: `meter#${system}` }) };
  return {
    read: () =>
      orUnavailable(async () =>
        stateOf((await client.send(new GetItemCommand({ ...item, ConsistentRead: true }))).Item),
      ),
    change: (change) =>
      orUnavailable(async () => {
        try {
          const update = new UpdateItemCommand({ ...item, ...updateFor(change), ...answering });
          return { won: true, state: stateOf((await client.send(update)).Attributes) };
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          // It may be the SDK's own retry that meets what its first try wrote: it is tried again as any other that lost.
          return { won: false, state: stateOf(error.Item) };
        }
      }),
  };
}

const answering = { ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

const stateOf = (item: Record<string, AttributeValue> | undefined): MeterState =>
  item ? meterSchema.parse(unmarshall(item)) : unusedMeter;

async function orUnavailable<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new CountersignError('STORE_UNAVAILABLE', 'Whether the system may be called cannot be told.', { cause });
  }
}

/** `afterChange` as one conditional update. */
const updateFor = (change: MeterChange) =>
  expressionOf((expression) => {
    const { name, value, assign, when } = expression;
    const { seen, gate, take, free } = change;
    if (seen === unusedMeter.gate) {
      // A meter that was never used is made whole, by whoever is first.
      when('attribute_not_exists(id)');
      for (const [path, given] of Object.entries({ ...afterChange(unusedMeter, change) })) assign(path, given);
      return;
    }
    when(`${name('gate')} = ${value(seen)}`);
    const replaced = gate ? { ...noGate, ...gate, gate: seen + 1 } : {};
    for (const [path, given] of Object.entries(replaced)) assign(path, given);
    for (const id of free) assign(`held.${id}`, undefined);
    if (take) taken(expression, take, free);
  });

/** Members of a gate that are absent as a rule. */
const noGate = { pause: undefined, waitUntil: undefined };

function taken({ name, value, assign, set, when }: Expression, take: Take, free: readonly string[]): void {
  const { ids, between, at, interval, until, room } = take;
  const [nextAt, calls] = [name('nextAt'), name('calls')];
  const [from, to] = between;
  when(`${nextAt} BETWEEN ${value(from)} AND ${value(to)}`, `size(${name('held')}) <= ${value(room)}`);
  for (const id of free) when(`attribute_exists(${name(`held.${id}`)})`);
  for (const id of ids) assign(`held.${id}`, until);
  const step = ids.length * interval;
  set(`${nextAt} = ${at === undefined ? `${nextAt} + ${value(step)}` : value(at + step)}`);
  set(`${calls} = ${calls} + ${value(ids.length)}`);
}
