import {
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Account, byId, openAccount } from './account.ts';

let account: Account;
let table: string;

const Key = { id: { S: 'order' } };
const stored = {
  id: 'order',
  attempts: 1,
  entries: ['a', 'b', 'c'],
  tags: new Set(['x', 'y']),
  place: { city: 'Ulm' },
};

beforeAll(async () => {
  account = await openAccount();
  table = await account.createTable(byId);
});
afterAll(() => account.close());
beforeEach(async () => {
  await account.client.send(new PutItemCommand({ TableName: table, Item: marshall(stored) }));
});

type Update = Omit<UpdateItemCommandInput, 'TableName' | 'Key' | 'ExpressionAttributeValues'> & {
  values?: Record<string, unknown>;
  Key?: UpdateItemCommandInput['Key'];
};

const send = ({ values, ...update }: Update) => {
  const ExpressionAttributeValues = values && marshall(values);
  return account.client.send(new UpdateItemCommand({ TableName: table, Key, ExpressionAttributeValues, ...update }));
};

const get = async () => {
  const { Item } = await account.client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item && unmarshall(Item);
};

const updated = async (UpdateExpression: string, values?: Record<string, unknown>) => {
  const { Attributes } = await send({ UpdateExpression, values, ReturnValues: 'ALL_NEW' });
  return Attributes && unmarshall(Attributes);
};

describe('UpdateItem', () => {
  const cases: readonly [string, Record<string, unknown> | undefined, Record<string, unknown>][] = [
    ['SET attempts = :five', { ':five': 5 }, { attempts: 5 }],
    ['SET attempts = attempts + :one', { ':one': 1 }, { attempts: 2 }],
    ['SET attempts = attempts - :one', { ':one': 1.25 }, { attempts: -0.25 }],
    ['SET attempts = if_not_exists(attempts, :zero) + :one', { ':zero': 0, ':one': 1 }, { attempts: 2 }],
    ['SET fresh = if_not_exists(fresh, :zero) + :one', { ':zero': 0, ':one': 1 }, { fresh: 1 }],
    ['SET entries = list_append(entries, :more)', { ':more': ['d'] }, { entries: ['a', 'b', 'c', 'd'] }],
    ['SET entries = list_append(:more, entries)', { ':more': ['d'] }, { entries: ['d', 'a', 'b', 'c'] }],
    ['SET events = list_append(if_not_exists(events, :none), :more)', { ':none': [], ':more': [1] }, { events: [1] }],
    ['SET entries[1] = :x', { ':x': 'B' }, { entries: ['a', 'B', 'c'] }],
    ['SET entries[9] = :x', { ':x': 'd' }, { entries: ['a', 'b', 'c', 'd'] }],
    ['SET place.city = :x, place.zip = :y', { ':x': 'Bonn', ':y': '1' }, { place: { city: 'Bonn', zip: '1' } }],
    ['REMOVE entries[0], entries[1]', undefined, { entries: ['c'] }],
    ['REMOVE place.city, absent', undefined, { place: {} }],
    ['ADD attempts :one, extra :one', { ':one': 1 }, { attempts: 2, extra: 1 }],
    ['ADD tags :more', { ':more': new Set(['y', 'z']) }, { tags: new Set(['x', 'y', 'z']) }],
    ['DELETE tags :x', { ':x': new Set(['x', 'q']) }, { tags: new Set(['y']) }],
    ['SET a = attempts ADD attempts :one REMOVE place', { ':one': 1 }, { a: 1, attempts: 2 }],
  ];

  it.each(cases)('%s', async (expression, values, expected) => {
    expect(await updated(expression, values)).toMatchObject(expected);
  });

  it('reads the item as it was before on every right-hand side', async () => {
    const swapped = await updated('SET attempts = place, place = attempts');
    expect(swapped).toMatchObject({ attempts: { city: 'Ulm' }, place: 1 });
  });

  it('removes a set with its last element', async () => {
    expect(await updated('DELETE tags :all', { ':all': new Set(['x', 'y']) })).not.toHaveProperty('tags');
  });

  it('makes an item that was not there', async () => {
    const fresh = { Key: { id: { S: 'fresh' } }, ReturnValues: 'ALL_NEW' as const };
    const { Attributes } = await send({ ...fresh, UpdateExpression: 'SET a = :one', values: { ':one': 1 } });
    expect(Attributes).toEqual({ id: { S: 'fresh' }, a: { N: '1' } });
  });

  it('changes nothing when its condition fails, and shows the item on request', async () => {
    const refused = send({
      UpdateExpression: 'SET attempts = attempts + :one',
      ConditionExpression: 'attempts = :seen',
      values: { ':one': 1, ':seen': 7 },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: marshall(stored) });
    expect(await get()).toEqual(stored);
  });

  const returned: readonly [UpdateItemCommandInput['ReturnValues'], Record<string, unknown> | undefined][] = [
    ['NONE', undefined],
    ['ALL_OLD', stored],
    ['ALL_NEW', { ...stored, attempts: 2, place: { city: 'Bonn' } }],
    ['UPDATED_OLD', { attempts: 1, place: { city: 'Ulm' } }],
    ['UPDATED_NEW', { attempts: 2, place: { city: 'Bonn' } }],
  ];

  it.each(returned)('answers ReturnValues %s', async (ReturnValues, expected) => {
    const values = { ':two': 2, ':bonn': 'Bonn' };
    const { Attributes } = await send({
      UpdateExpression: 'SET attempts = :two, place.city = :bonn',
      values,
      ReturnValues,
    });
    expect(Attributes && unmarshall(Attributes)).toEqual(expected);
  });

  const refusals: readonly [string, Record<string, unknown> | undefined, string][] = [
    ['SET id = :x', { ':x': 'other' }, 'Cannot update attribute id. This attribute is part of the key'],
    ['SET a = :x, a = :x', { ':x': 1 }, 'Two document paths overlap with each other'],
    ['SET place.city = :x REMOVE place', { ':x': 1 }, 'Two document paths overlap with each other'],
    ['SET a = :x SET b = :x', { ':x': 1 }, 'The "SET" section can only be used once in an update expression;'],
    ['SET a = absent', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET absent.city = :x', { ':x': 1 }, 'The document path provided in the update expression is invalid for update'],
    ['SET a = place + :x', { ':x': 1 }, 'An operand in the update expression has an incorrect data type'],
    [
      'SET entries = list_append(entries, :x)',
      { ':x': 'd' },
      'An operand in the update expression has an incorrect data type',
    ],
    ['ADD place :x', { ':x': 1 }, 'An operand in the update expression has an incorrect data type'],
    [
      'ADD a :x',
      { ':x': 'text' },
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'DELETE tags :x',
      { ':x': 1 },
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    ['SET a = append(entries, :x)', { ':x': 1 }, 'Invalid UpdateExpression: Invalid function name; function: append'],
    [
      'SET a = if_not_exists(:x, :x)',
      { ':x': 1 },
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
    ['SET a :x', { ':x': 1 }, 'Invalid UpdateExpression: Syntax error; token: ":x", near: "a :x"'],
    ['SET status = :x', { ':x': 1 }, 'Attribute name is a reserved keyword; reserved keyword: status'],
    [
      'SET huge = :x',
      { ':x': 'x'.repeat(400 * 1024 - 20) },
      'Item size to update has exceeded the maximum allowed size',
    ],
  ];

  it.each(refusals)('refuses "%s"', async (expression, values, message) => {
    await expect(send({ UpdateExpression: expression, values })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect(await get()).toEqual(stored);
  });

  it('counts exactly under concurrent additions', async () => {
    await Promise.all(
      Array.from({ length: 50 }, () => send({ UpdateExpression: 'ADD attempts :one', values: { ':one': 1 } })),
    );
    expect(await get()).toMatchObject({ attempts: 51 });
  });

  it('refuses a key that does not match the table', async () => {
    const wrong: UpdateItemCommandInput['Key'][] = [{ id: { N: '1' } }, { other: { S: 'x' } }];
    for (const one of wrong)
      await expect(send({ Key: one })).rejects.toThrow('The provided key element does not match the schema');
    await expect(send({ Key: { ...Key, a: { S: 'x' } } })).rejects.toThrow(
      'The number of conditions on the keys is invalid',
    );
  });
});
