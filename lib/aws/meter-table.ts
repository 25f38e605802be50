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
  unusedMeter,
} from '../core/resilience/meter-state.ts';

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
function updateFor(change: MeterChange) {
  const { seen, gate, take, free } = change;
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const aliases = new Map<string, string>();
  // Short ones: an expression has 4 KB.
  const n = (path: string): string =>
    path.replaceAll(/[^.]+/g, (name) => {
      const alias = aliases.get(name) ?? `#${aliases.size}`;
      aliases.set(name, alias);
      names[alias] = name;
      return alias;
    });
  const v = (value: unknown): string => {
    const alias = `:v${Object.keys(values).length}`;
    values[alias] = value;
    return alias;
  };
  const set: string[] = [];
  const remove: string[] = [];
  const conditions: string[] = [];
  const assign = ([path, value]: readonly [string, unknown]): void => {
    if (value === undefined) remove.push(n(path));
    else set.push(`${n(path)} = ${v(value)}`);
  };
  if (seen === unusedMeter.gate) {
    // A meter that was never used is made whole, by whoever is first.
    conditions.push('attribute_not_exists(id)');
    Object.entries({ ...afterChange(unusedMeter, change) }).forEach(assign);
  } else {
    conditions.push(`${n('gate')} = ${v(seen)}`);
    if (gate) Object.entries({ ...noGate, ...gate, gate: seen + 1 }).forEach(assign);
    for (const id of free) remove.push(n(`held.${id}`));
    if (take) {
      const { ids, between, at, interval, until, room } = take;
      const [from, to] = between;
      conditions.push(`${n('nextAt')} BETWEEN ${v(from)} AND ${v(to)}`, `size(${n('held')}) <= ${v(room)}`);
      for (const id of free) conditions.push(`attribute_exists(${n(`held.${id}`)})`);
      for (const id of ids) assign([`held.${id}`, until]);
      const step = ids.length * interval;
      set.push(`${n('nextAt')} = ${at === undefined ? `${n('nextAt')} + ${v(step)}` : v(at + step)}`);
      set.push(`${n('calls')} = ${n('calls')} + ${v(ids.length)}`);
    }
  }
  const removal = remove.length > 0 ? `REMOVE ${remove.join(', ')}` : '';
  return {
    UpdateExpression: `${set.length > 0 ? `SET ${set.join(', ')} ` : ''}${removal}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
  };
}

/** Members of a gate that are absent as a rule. */
const noGate = { pause: undefined, waitUntil: undefined };
