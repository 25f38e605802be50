import { PutItemCommand, QueryCommand, type QueryCommandInput, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, openAccount } from './account.ts';

let account: Account;
let table: string;

const versions = [-10, -1.5, 0, 0.25, 2, 10, 300];

beforeAll(async () => {
  account = await openAccount();
  table = await account.createTable({
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'version', AttributeType: 'N' },
      { AttributeName: 'group', AttributeType: 'S' },
      { AttributeName: 'label', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'version', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byGroup',
        KeySchema: [
          { AttributeName: 'group', KeyType: 'HASH' },
          { AttributeName: 'label', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'keysByGroup',
        KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['odd'] },
      },
    ],
  });
  const items = versions.flatMap((version, at) => [
    { id: 'a', version, odd: at % 2 === 1, group: 'g', label: at < 5 ? `x${at % 2}` : `y${at}` },
    { id: 'b', version, filler: 'x'.repeat(1000) },
  ]);
  for (const item of items) await account.client.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
});
afterAll(() => account.close());

type Search = Omit<QueryCommandInput, 'TableName' | 'ExpressionAttributeValues'> & { values?: Record<string, unknown> };

const query = async ({ values, ...search }: Search) => {
  const ExpressionAttributeValues = values && marshall(values);
  const command = new QueryCommand({ TableName: table, ExpressionAttributeValues, ...search });
  const { Items = [], ...rest } = await account.client.send(command);
  return { ...rest, items: Items.map((item) => unmarshall(item)) };
};

const versionsOf = async (search: Search) => (await query(search)).items.map((item) => item['version']);

/** Follows LastEvaluatedKey to the end. */
const pages = async (search: Search) => {
  const found: Awaited<ReturnType<typeof query>>[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await query({ ...search, ExclusiveStartKey: start });
    found.push(page);
    start = page.LastEvaluatedKey;
  } while (start);
  return found;
};

describe('Query of a table', () => {
  const ranges: readonly [string, Record<string, unknown>, readonly number[]][] = [
    ['id = :id', {}, versions],
    ['id = :id AND version = :v', { ':v': 2 }, [2]],
    ['id = :id AND version < :v', { ':v': 0 }, [-10, -1.5]],
    ['id = :id AND version <= :v', { ':v': 0 }, [-10, -1.5, 0]],
    ['id = :id AND version > :v', { ':v': 2 }, [10, 300]],
    ['id = :id AND version >= :v', { ':v': 2 }, [2, 10, 300]],
    ['(version BETWEEN :v AND :w) AND id = :id', { ':v': -1.5, ':w': 2 }, [-1.5, 0, 0.25, 2]],
  ];

  it.each(ranges)('%s', async (KeyConditionExpression, values, expected) => {
    expect(await versionsOf({ KeyConditionExpression, values: { ':id': 'a', ...values } })).toEqual(expected);
    const backward = { KeyConditionExpression, values: { ':id': 'a', ...values }, ScanIndexForward: false };
    expect(await versionsOf(backward)).toEqual(expected.toReversed());
  });

  it.each([true, false])('pages without gap or repetition (forward: %s)', async (ScanIndexForward) => {
    const search = { KeyConditionExpression: 'id = :id', values: { ':id': 'b' }, ScanIndexForward, Limit: 3 };
    const found = await pages(search);
    expect(found.map(({ Count }) => Count)).toEqual([3, 3, 1]);
    const all = found.flatMap(({ items }) => items.map((item) => item['version']));
    expect(all).toEqual(ScanIndexForward ? versions : versions.toReversed());
  });

  it('names an end when the limit is met exactly, as DynamoDB does', async () => {
    const search = { KeyConditionExpression: 'id = :id', values: { ':id': 'a' }, Limit: versions.length };
    const page = await query(search);
    expect(page.LastEvaluatedKey).toEqual(marshall({ id: 'a', version: 300 }));
    const next = await query({ ...search, ExclusiveStartKey: page.LastEvaluatedKey });
    expect(next).toMatchObject({ Count: 0, items: [] });
    expect(next.LastEvaluatedKey).toBeUndefined();
  });

  it('counts the limit before the filter', async () => {
    const page = await query({
      KeyConditionExpression: 'id = :id',
      FilterExpression: 'odd = :yes',
      values: { ':id': 'a', ':yes': true },
      Limit: 4,
    });
    expect(page).toMatchObject({ Count: 2, ScannedCount: 4 });
    expect(page.items.map((item) => item['version'])).toEqual([-1.5, 0.25]);
  });

  it('cuts items down to a projection', async () => {
    const search = { KeyConditionExpression: 'id = :id AND version = :v', values: { ':id': 'a', ':v': 2 } };
    expect((await query({ ...search, ProjectionExpression: 'odd, absent' })).items).toEqual([{ odd: false }]);
  });
});

describe('Query of an index', () => {
  const byGroup = {
    IndexName: 'byGroup',
    KeyConditionExpression: '#g = :g',
    ExpressionAttributeNames: { '#g': 'group' },
  };

  it('finds what has the index key, in its order', async () => {
    const { items } = await query({ ...byGroup, values: { ':g': 'g' } });
    expect(items.map((item) => item['label'])).toEqual(['x0', 'x0', 'x0', 'x1', 'x1', 'y5', 'y6']);
    const prefix = { ...byGroup, KeyConditionExpression: '#g = :g AND begins_with(label, :x)' };
    expect(await versionsOf({ ...prefix, values: { ':g': 'g', ':x': 'y' } })).toEqual([10, 300]);
  });

  it.each([
    true,
    false,
  ])('pages over equal sort keys without gap or repetition (forward: %s)', async (ScanIndexForward) => {
    const found = await pages({ ...byGroup, values: { ':g': 'g' }, Limit: 2, ScanIndexForward });
    const all = found.flatMap(({ items }) => items.map((item) => Number(item['version'])));
    expect(all.toSorted((a, b) => a - b)).toEqual(versions);
    const labels = found.flatMap(({ items }) => items.map((item) => String(item['label'])));
    expect(labels).toEqual(ScanIndexForward ? labels.toSorted() : labels.toSorted().toReversed());
  });

  it('carries what it projects', async () => {
    const search = { ...byGroup, IndexName: 'keysByGroup', values: { ':g': 'g' } };
    const { items } = await query(search);
    expect(items).toHaveLength(versions.length);
    expect(Object.keys(items[0] ?? {}).toSorted()).toEqual(['group', 'id', 'odd', 'version']);
  });

  it('follows its items', async () => {
    const moving = (label: string) =>
      account.client.send(
        new PutItemCommand({ TableName: table, Item: marshall({ id: 'm', version: 1, group: 'moved', label }) }),
      );
    await moving('one');
    await moving('two');
    const search = { ...byGroup, values: { ':g': 'moved' } };
    expect((await query(search)).items.map((item) => item['label'])).toEqual(['two']);
    const bare = marshall({ id: 'm', version: 1 });
    await account.client.send(new PutItemCommand({ TableName: table, Item: bare }));
    expect((await query(search)).items).toEqual([]);
  });

  it('refuses items whose index key has another type or is empty', async () => {
    const put = (label: unknown) =>
      account.client.send(new PutItemCommand({ TableName: table, Item: marshall({ id: 'w', version: 1, label }) }));
    await expect(put(5)).rejects.toThrow('Type mismatch for Index Key label Expected: S Actual: N IndexName: byGroup');
    await expect(put('')).rejects.toThrow('IndexName: byGroup, IndexKey: label');
  });
});

describe('Query', () => {
  const id = { ':id': 'a' };
  const refusals: readonly [string, Search, string][] = [
    ['no key condition', {}, 'Either the KeyConditions or KeyConditionExpression parameter must be specified'],
    [
      'no partition key',
      { KeyConditionExpression: 'version = :v', values: { ':v': 1 } },
      'Query condition missed key schema element: id',
    ],
    [
      'an attribute that is no key',
      { KeyConditionExpression: 'id = :id AND odd = :id', values: id },
      'Query condition missed key schema element: version',
    ],
    [
      'a range of partition keys',
      { KeyConditionExpression: 'id > :id', values: id },
      'Query key condition not supported',
    ],
    [
      'OR',
      { KeyConditionExpression: 'id = :id OR id = :id', values: id },
      'Invalid operator used in KeyConditionExpression: OR',
    ],
    [
      'a value of another type',
      { KeyConditionExpression: 'id = :id', values: { ':id': 5 } },
      'Condition parameter type does not match schema type',
    ],
    [
      'an unknown index',
      { IndexName: 'byNothing', KeyConditionExpression: 'id = :id', values: id },
      'The table does not have the specified index: byNothing',
    ],
    [
      'a consistent read of an index',
      { IndexName: 'byGroup', ConsistentRead: true, KeyConditionExpression: 'id = :id', values: id },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'a filter on the key',
      { KeyConditionExpression: 'id = :id', FilterExpression: 'version > :v', values: { ...id, ':v': 1 } },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: version',
    ],
    ['a limit of 0', { KeyConditionExpression: 'id = :id', values: id, Limit: 0 }, 'greater than or equal to 1'],
    [
      'a start of another shape',
      { KeyConditionExpression: 'id = :id', values: id, ExclusiveStartKey: { id: { S: 'a' } } },
      'starting key is invalid',
    ],
    [
      'a start in another partition',
      { KeyConditionExpression: 'id = :id', values: id, ExclusiveStartKey: marshall({ id: 'b', version: 1 }) },
      'starting key is outside query boundaries',
    ],
  ];

  it.each(refusals)('refuses %s', async (_, search, message) => {
    await expect(query(search)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('Scan', () => {
  const scanned = async (FilterExpression?: string) => {
    const found: string[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const command = new ScanCommand({ TableName: table, FilterExpression, Limit: 4, ExclusiveStartKey });
      const { Items = [], LastEvaluatedKey } = await account.client.send(command);
      found.push(...Items.map(({ id, version }) => `${id?.S}${version?.N}`));
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };

  it('reads every item once, page by page, filtered', async () => {
    const wanted = versions.map((version) => `b${version}`);
    expect((await scanned('attribute_exists(filler)')).toSorted()).toEqual(wanted.toSorted());
    expect(new Set(await scanned()).size).toBeGreaterThanOrEqual(2 * versions.length);
  });
});
