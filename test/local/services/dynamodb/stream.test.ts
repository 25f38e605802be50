import { describe, expect, it } from 'vitest';
import { onAppend, readStream } from '../../../../local/services/dynamodb/stream.ts';
import { openEngine, operations } from './engine.ts';

const open = async (properties: Record<string, unknown> = operations) => {
  const engine = openEngine();
  const { attributes } = await engine.deployTable(properties);
  const arn = attributes['StreamArn'] ?? '';
  const put = (id: string, rest: Record<string, unknown> = {}) =>
    engine.send('PutItem', { Item: { id: { S: id }, ...rest } });
  const read = (after?: string, limit = 100) => readStream(engine.context, arn, { limit, ...(after && { after }) });
  return { ...engine, arn, put, read };
};

describe('a stream', () => {
  it('records each change in order, as Lambda hands it to a function', async () => {
    const { arn, put, read, send, context } = await open();
    await put('a', { n: { N: '1' } });
    context.clock.advance(1500);
    await put('a', { n: { N: '2' } });
    await send('DeleteItem', { Key: { id: { S: 'a' } } });
    const { records, last } = read();
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      dynamodb: {
        ApproximateCreationDateTime: Date.UTC(2026, 0, 15, 12, 0, 1) / 1000,
        Keys: { id: { S: 'a' } },
        OldImage: { id: { S: 'a' }, n: { N: '1' } },
        NewImage: { id: { S: 'a' }, n: { N: '2' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 15,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: arn,
    });
    expect(records[0]?.dynamodb).not.toHaveProperty('OldImage');
    expect(records[2]?.dynamodb).not.toHaveProperty('NewImage');
    expect(last).toBe(records[2]?.dynamodb.SequenceNumber);
  });

  it('goes on after a sequence number, and stays there when nothing is new', async () => {
    const { put, read } = await open();
    expect(read()).toEqual({ records: [], last: undefined });
    for (const id of ['a', 'b', 'c']) await put(id);
    const first = read(undefined, 2);
    expect(first.records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ id: { S: 'a' } }, { id: { S: 'b' } }]);
    const second = read(first.last, 2);
    expect(second.records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ id: { S: 'c' } }]);
    expect(read(second.last)).toEqual({ records: [], last: second.last });
    expect(read().records).toEqual([...first.records, ...second.records]);
  });

  it('does not record what changed nothing', async () => {
    const { put, read, send } = await open();
    await put('a', { tags: { SS: ['x', 'y'] } });
    await put('a', { tags: { SS: ['y', 'x'] } });
    const Key = { id: { S: 'a' } };
    await send('UpdateItem', { Key, UpdateExpression: 'REMOVE absent' });
    await send('DeleteItem', { Key: { id: { S: 'b' } } });
    const refused = { Item: { ...Key }, ConditionExpression: 'attribute_not_exists(id)' };
    await expect(send('PutItem', refused)).rejects.toThrow('The conditional request failed');
    expect(read().records).toHaveLength(1);
  });

  it.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ])('of view %s carries the images %j', async (StreamViewType, images) => {
    const { put, read } = await open({ ...operations, StreamSpecification: { StreamViewType } });
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    const record = read().records[1]?.dynamodb ?? {};
    expect(
      Object.keys(record)
        .filter((name) => name.endsWith('Image'))
        .toSorted(),
    ).toEqual(images);
  });

  it('wakes its listeners once the change can be read, and not for what was refused', async () => {
    const { put, read, arn, context, send } = await open();
    const seen: [string, number][] = [];
    const stop = onAppend(context, (streamArn) => seen.push([streamArn, read().records.length]));
    await put('a');
    await put('a');
    await expect(send('PutItem', { Item: {} })).rejects.toThrow();
    await put('b');
    await Promise.resolve();
    stop();
    await put('c');
    await Promise.resolve();
    expect(seen).toEqual([
      [arn, 1],
      [arn, 2],
    ]);
  });

  it('keeps records for a day', async () => {
    const { put, read, context } = await open();
    await put('a');
    context.clock.advance(23 * 3_600_000);
    await put('b');
    context.clock.advance(3_600_000);
    expect(read().records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ id: { S: 'b' } }]);
  });

  it('refuses a stream that is not there', async () => {
    const { context } = await open();
    expect(() => readStream(context, 'arn:aws:dynamodb:x:y:table/z/stream/1', { limit: 1 })).toThrow('not found');
  });
});
