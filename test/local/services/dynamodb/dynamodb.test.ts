import { describe, expect, it } from 'vitest';
import { openEngine, operations } from './engine.ts';

describe('DynamoDB on this machine', () => {
  it('asks permission on the table, and on the index where one is queried', () => {
    const { service } = openEngine();
    const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/operations';
    expect(service.actions.PutItem.permissions({ TableName: 'operations' })).toEqual([
      { action: 'dynamodb:PutItem', resource: table },
    ]);
    expect(service.actions.GetItem.permissions({ TableName: table })).toEqual([
      { action: 'dynamodb:GetItem', resource: table },
    ]);
    expect(service.actions.Query.permissions({ TableName: 'operations', IndexName: 'byDay' })).toEqual([
      { action: 'dynamodb:Query', resource: `${table}/index/byDay` },
    ]);
  });

  it.each([
    ['PutItem', { Item: { id: { S: 'a' } }, Expected: {} }, 'Expected in PutItem'],
    ['GetItem', { Key: { id: { S: 'a' } }, AttributesToGet: ['a'] }, 'AttributesToGet in GetItem'],
    ['UpdateItem', { Key: { id: { S: 'a' } }, AttributeUpdates: {} }, 'AttributeUpdates in UpdateItem'],
    [
      'DeleteItem',
      { Key: { id: { S: 'a' } }, ReturnConsumedCapacity: 'TOTAL' },
      'ReturnConsumedCapacity in DeleteItem',
    ],
    ['Query', { KeyConditions: {} }, 'KeyConditions in Query'],
    ['Scan', { TotalSegments: 4 }, 'TotalSegments in Scan'],
  ] as const)('refuses by name what %s does not have here', async (action, input, message) => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    await expect(send(action, input)).rejects.toMatchObject({
      code: 'ValidationException',
      message: `The local DynamoDB does not support ${message}`,
    });
  });

  it('takes members that ask for nothing', async () => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    const harmless = { ReturnConsumedCapacity: 'NONE', ReturnItemCollectionMetrics: 'NONE' };
    await expect(send('PutItem', { Item: { id: { S: 'a' } }, ...harmless })).resolves.toEqual({});
  });

  it.each([
    [undefined, 'required'],
    [{ S: 5 }, 'can not be converted to String'],
    [{}, 'must contain exactly one of the supported datatypes'],
    [{ S: 'a', N: '1' }, 'has more than one datatypes set'],
    [{ X: 'a' }, 'must contain exactly one of the supported datatypes'],
    [{ NULL: false }, 'must have the value of true'],
  ])('refuses the malformed value %j', async (value, message) => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    const Item = value && { id: { S: 'a' }, value };
    await expect(send('PutItem', { Item })).rejects.toThrow(message);
  });

  it('refuses values nested deeper than 32 levels', async () => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    let value: object = { S: 'deep' };
    for (let level = 0; level < 33; level += 1) value = { L: [value] };
    await expect(send('PutItem', { Item: { id: { S: 'a' }, value } })).rejects.toThrow('Nesting Levels have exceeded');
  });

  it('deletes an item under a condition and answers it', async () => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    const Item = { id: { S: 'a' }, held: { BOOL: true } };
    await send('PutItem', { Item });
    const Key = { id: { S: 'a' } };
    const conditional = { Key, ConditionExpression: 'attribute_not_exists(held)' };
    await expect(send('DeleteItem', conditional)).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' });
    expect(await send('DeleteItem', { Key, ReturnValues: 'ALL_OLD' })).toEqual({ Attributes: Item });
    expect(await send('DeleteItem', { Key, ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(await send('GetItem', { Key })).toEqual({});
  });

  it('ends a page at one megabyte', async () => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    for (let at = 0; at < 5; at += 1) {
      await send('PutItem', { Item: { id: { S: String(at) }, filler: { S: 'x'.repeat(300 * 1024) } } });
    }
    const first = await send('Scan', {});
    expect(first).toMatchObject({ Count: 4, LastEvaluatedKey: { id: { S: '3' } } });
    const second = await send('Scan', { ExclusiveStartKey: first['LastEvaluatedKey'] });
    expect(second).toMatchObject({ Count: 1 });
    expect(second).not.toHaveProperty('LastEvaluatedKey');
  });

  it('puts an item of the product in well under a millisecond', async () => {
    const { send, deployTable } = openEngine();
    await deployTable(operations);
    const lines = {
      L: Array.from({ length: 20 }, (_, at) => ({ M: { item: { S: `item-${at}` }, price: { N: '12.5' } } })),
    };
    const put = (at: number) =>
      send('PutItem', {
        Item: { id: { S: `o${at}` }, day: { S: '2026-01-15' }, createdAt: { N: String(at) }, arguments: lines },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    for (let at = 0; at < 200; at += 1) await put(at);
    const started = process.cpuUsage();
    for (let at = 200; at < 700; at += 1) await put(at);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 500).toBeLessThan(1000);
  });
});
