import { describe, expect, it } from 'vitest';
import { localContext } from '../local-context.ts';
import { openEngine, operations } from './engine.ts';

const item = (id: string, rest: Record<string, unknown> = {}) => ({ Item: { id: { S: id }, ...rest } });
const byState = {
  IndexName: 'byState',
  KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
};
const withByState = {
  ...operations,
  AttributeDefinitions: [...operations.AttributeDefinitions, { AttributeName: 'state', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [...operations.GlobalSecondaryIndexes, byState],
};
const queryByState = {
  IndexName: 'byState',
  KeyConditionExpression: '#state = :open',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':open': { S: 'open' } },
};

describe('AWS::DynamoDB::Table', () => {
  it('answers its name, ARN and stream', async () => {
    const { deployTable } = openEngine();
    const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/operations';
    expect(await deployTable(operations)).toEqual({
      ref: 'operations',
      attributes: { Arn: arn, StreamArn: `${arn}/stream/2026-01-15T12:00:00.000` },
    });
  });

  it('names itself when the template gives no name, the same at every deploy', async () => {
    const { deployTable } = openEngine();
    const { TableName: _, ...unnamed } = operations;
    const first = await deployTable(unnamed);
    expect(first.ref).toMatch(/^Data-Thing-/);
    expect(await deployTable(unnamed)).toEqual(first);
  });

  it('keeps items, stream and name when it is deployed again, in this process or the next', async () => {
    const context = localContext();
    const { deployTable, send } = openEngine(context);
    const first = await deployTable(operations);
    await send('PutItem', item('a'));
    context.clock.advance(60_000);
    expect(await deployTable(operations)).toEqual(first);
    const next = openEngine(context);
    expect(await next.deployTable(operations)).toEqual(first);
    expect(await next.send('GetItem', { Key: { id: { S: 'a' } } })).toEqual(item('a'));
  });

  it('refuses another key in one sentence', async () => {
    const { deployTable } = openEngine();
    await deployTable(operations);
    await expect(async () => deployTable({ ...operations, ...sameKeyButNumber })).rejects.toThrow(
      'table operations has the key id (S), which cannot become id (N): give the table another name, or start with a fresh state',
    );
  });

  it('fills an index that is added later, and forgets one that is taken away', async () => {
    const { deployTable, send } = openEngine();
    await deployTable(operations);
    await send('PutItem', item('a', { state: { S: 'open' }, day: { S: 'd' }, createdAt: { N: '1' } }));
    await send('PutItem', item('b', { state: { N: '5' } }));
    await deployTable(withByState);
    expect(await send('Query', queryByState)).toMatchObject({ Items: [{ id: { S: 'a' }, state: { S: 'open' } }] });
    await send('PutItem', item('c', { state: { S: 'open' } }));
    await deployTable(operations);
    await expect(send('Query', queryByState)).rejects.toThrow('does not have the specified index: byState');
    await send('PutItem', item('a'));
    await deployTable(withByState);
    expect(await send('Query', queryByState)).toMatchObject({ Items: [{ id: { S: 'c' } }] });
  });

  it.each([
    ['ProvisionedThroughput', { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }, 'ProvisionedThroughput'],
    ['BillingMode', 'PROVISIONED', 'PAY_PER_REQUEST'],
    ['GlobalSecondaryIndexes', [byState], 'state has no AttributeDefinition'],
    ['GlobalSecondaryIndexes', [], 'AttributeDefinitions holds day, createdAt, which no key of table operations uses'],
  ])('refuses %s %j', async (name, value, message) => {
    const { deployTable } = openEngine();
    await expect(async () => deployTable({ ...operations, [name]: value })).rejects.toThrow(message);
  });
});

const sameKeyButNumber = {
  AttributeDefinitions: operations.AttributeDefinitions.map((definition) =>
    definition.AttributeName === 'id' ? { ...definition, AttributeType: 'N' } : definition,
  ),
};
