import { GetItemCommand, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, byId, openAccount } from './account.ts';

let account: Account;
let table: string;

beforeAll(async () => {
  account = await openAccount();
  table = await account.createTable(byId);
});
afterAll(() => account.close());

const put = (input: Omit<PutItemCommandInput, 'TableName'>) =>
  account.client.send(new PutItemCommand({ TableName: table, ...input }));

const get = async (id: string) =>
  (await account.client.send(new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true })))
    .Item;

describe('PutItem', () => {
  it('stores every type of value and gives it back', async () => {
    const item = {
      id: { S: 'types' },
      text: { S: 'Grüße 🚚' },
      number: { N: '-12.5' },
      bytes: { B: new Uint8Array([0, 255, 7]) },
      yes: { BOOL: true },
      none: { NULL: true as const },
      strings: { SS: ['a', 'b'] },
      list: { L: [{ N: '1' }, { M: { deep: { S: '' } } }] },
      map: { M: { constructor: { S: 'a name like any other' } } },
    };
    await put({ Item: item });
    expect(await get('types')).toEqual(item);
  });

  it('gives numbers back without exponent and surplus zeros', async () => {
    await put({ Item: { id: { S: 'numbers' }, a: { N: '1.50' }, b: { N: '1E3' }, c: { N: '-0' }, d: { N: '007' } } });
    expect(await get('numbers')).toMatchObject({ a: { N: '1.5' }, b: { N: '1000' }, c: { N: '0' }, d: { N: '7' } });
  });

  it('replaces the whole item and answers the old one on request', async () => {
    await put({ Item: { id: { S: 'replace' }, a: { N: '1' } } });
    const { Attributes } = await put({ Item: { id: { S: 'replace' }, b: { N: '2' } }, ReturnValues: 'ALL_OLD' });
    expect(Attributes).toEqual({ id: { S: 'replace' }, a: { N: '1' } });
    expect(await get('replace')).toEqual({ id: { S: 'replace' }, b: { N: '2' } });
  });

  it('refuses a put whose condition fails, with the item that stood in the way', async () => {
    const Item = { id: { S: 'once' }, owner: { S: 'first' } };
    const ConditionExpression = 'attribute_not_exists(id)';
    await put({ Item, ConditionExpression });
    const second = put({
      Item: { id: { S: 'once' }, owner: { S: 'second' } },
      ConditionExpression,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(second).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item });
    await expect(put({ Item, ConditionExpression })).rejects.toHaveProperty('Item', undefined);
  });

  it('lets exactly one of 200 concurrent conditional puts win', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        put({
          Item: { id: { S: 'race' }, winner: { N: String(index) } },
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const won = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [String(index)] : []));
    expect(won).toHaveLength(1);
    expect(await get('race')).toEqual({ id: { S: 'race' }, winner: { N: won[0] } });
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.Item.winner).toEqual({ N: won[0] });
    }
  });

  const refusals: readonly [string, Omit<PutItemCommandInput, 'TableName'>, RegExp][] = [
    ['an item without its key', { Item: { a: { S: 'x' } } }, /Missing the key id in the item/],
    ['a key of another type', { Item: { id: { N: '1' } } }, /Type mismatch for key id expected: S actual: N/],
    ['an empty key', { Item: { id: { S: '' } } }, /cannot contain an empty string value. Key: id/],
    [
      'a key over 2048 bytes',
      { Item: { id: { S: 'x'.repeat(2049) } } },
      /exceeded the maximum size limit of ?2048 bytes/,
    ],
    ['39 digits', { Item: { id: { S: 'n' }, n: { N: `1.${'1'.repeat(38)}` } } }, /more than 38 significant digits/],
    ['a number too large', { Item: { id: { S: 'n' }, n: { N: '1e126' } } }, /Number overflow/],
    ['a number too small', { Item: { id: { S: 'n' }, n: { N: '1e-131' } } }, /Number underflow/],
    ['what is no number', { Item: { id: { S: 'n' }, n: { N: 'ten' } } }, /cannot be converted to a numeric value: ten/],
    ['an empty set', { Item: { id: { S: 's' }, s: { SS: [] } } }, /set\s+may not be empty/],
    ['a doubled set element', { Item: { id: { S: 's' }, s: { NS: ['1', '1.0'] } } }, /contains duplicates/],
    ['other return values', { Item: { id: { S: 'r' } }, ReturnValues: 'ALL_NEW' }, /ReturnValues|returnValues/],
    ['an item over 400 KB', { Item: { id: { S: 'big' }, a: { S: 'x'.repeat(400 * 1024) } } }, /Item size has exceeded/],
  ];

  it.each(refusals)('refuses %s', async (_, input, message) => {
    await expect(put(input)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('takes an item of exactly 400 KB', async () => {
    const filler = 400 * 1024 - Buffer.byteLength('id') - Buffer.byteLength('exact') - Buffer.byteLength('a');
    await put({ Item: { id: { S: 'exact' }, a: { S: 'x'.repeat(filler) } } });
    const over = put({ Item: { id: { S: 'exact' }, a: { S: 'x'.repeat(filler + 1) } } });
    await expect(over).rejects.toThrow('Item size has exceeded the maximum allowed size');
  });

  it('refuses a table that is not there', async () => {
    const command = new PutItemCommand({ TableName: `${table}-other`, Item: { id: { S: 'x' } } });
    await expect(account.client.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
