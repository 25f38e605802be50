import { describe, expect, it } from 'vitest';
import { readStream } from '../../../../local/services/dynamodb/stream.ts';
import { expire } from '../../../../local/services/dynamodb/ttl.ts';
import { openEngine, operations } from './engine.ts';

const day = 86_400;

const open = async (properties: Record<string, unknown> = operations) => {
  const engine = openEngine();
  const { attributes } = await engine.deployTable(properties);
  const seconds = engine.context.clock.now() / 1000;
  const put = (id: string, expiration: unknown) => engine.send('PutItem', { Item: { id: { S: id }, expiration } });
  const left = async () => {
    const { Items } = await engine.send('Scan', {});
    return (Array.isArray(Items) ? Items : []).map(({ id }) => id.S).toSorted();
  };
  return { ...engine, put, left, seconds, streamArn: attributes['StreamArn'] ?? '' };
};

describe('time to live', () => {
  it('deletes what is past, and only that', async () => {
    const { put, left, seconds, context } = await open();
    await put('past', { N: String(seconds - 1) });
    await put('future', { N: String(seconds + day) });
    await put('text', { S: String(seconds - 1) });
    await put('none', { NULL: true });
    await put('mistake', { N: String(seconds - 6 * 365 * day) });
    expect(expire(context)).toBe(1);
    expect(await left()).toEqual(['future', 'mistake', 'none', 'text']);
    context.clock.advance(2 * day * 1000);
    expect(expire(context)).toBe(1);
    expect(await left()).toEqual(['mistake', 'none', 'text']);
  });

  it('marks the removal in the stream as its own', async () => {
    const { put, seconds, context, streamArn, send } = await open();
    await put('a', { N: String(seconds - 1) });
    await put('b', { N: String(seconds + day) });
    expire(context);
    await send('DeleteItem', { Key: { id: { S: 'b' } } });
    const removals = readStream(context, streamArn, { limit: 10 }).records.filter(
      ({ eventName }) => eventName === 'REMOVE',
    );
    expect(removals.map(({ userIdentity }) => userIdentity)).toEqual([
      { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      undefined,
    ]);
  });

  it('deletes any number of items at once', async () => {
    const { put, left, seconds, context } = await open();
    for (let at = 0; at < 250; at += 1) await put(`o${at}`, { N: String(seconds - 1) });
    expect(expire(context)).toBe(250);
    expect(await left()).toEqual([]);
  });

  it('follows an item whose time is moved or taken away', async () => {
    const { put, left, seconds, context } = await open();
    await put('a', { N: String(seconds - 1) });
    await put('a', { N: String(seconds + day) });
    await put('b', { N: String(seconds - 1) });
    await put('b', { NULL: true });
    expect(expire(context)).toBe(0);
    expect(await left()).toEqual(['a', 'b']);
  });

  it('can be turned on for items that are there already, and off', async () => {
    const { TimeToLiveSpecification: _, ...without } = operations;
    const { put, left, seconds, context, deployTable } = await open(without);
    await put('a', { N: String(seconds - 1) });
    expect(expire(context)).toBe(0);
    await deployTable({ ...operations, TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: false } });
    expect(expire(context)).toBe(0);
    await deployTable(operations);
    expect(expire(context)).toBe(1);
    expect(await left()).toEqual([]);
  });
});
