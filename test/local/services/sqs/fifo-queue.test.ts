import { DeleteMessageBatchCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { openAnyQueue } from './queues.ts';

describe('a FIFO queue', () => {
  it('gives each message an id and a growing number, and its body back byte for byte', async () => {
    const { send, receive } = await openAnyQueue();
    const text = '{"größe":"1 €","operation":"o1"}\n';
    const first = await send(text, 'one', 'first');
    const second = await send('second');
    expect(first.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(Number(second.SequenceNumber)).toBeGreaterThan(Number(first.SequenceNumber));
    // The client holds the MD5 of both ways against the body.
    expect(await receive()).toMatchObject([{ MessageId: first.MessageId, Body: text }, { Body: 'second' }]);
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, at) => String(at))],
    ['BatchEntryIdsNotDistinct', ['a', 'a']],
  ])('refuses a batch as a whole: %s', async (name, ids) => {
    const { client, QueueUrl, receive } = await openAnyQueue();
    const Entries = ids.map((Id) => ({
      ...{ Id, MessageBody: Id, MessageGroupId: 'one' },
      MessageDeduplicationId: Id,
    }));
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
    expect(await receive()).toEqual([]);
  });

  it('deletes each message of a batch by itself', async () => {
    const { client, QueueUrl, send, receive, bodies, setVisibility } = await openAnyQueue();
    for (const body of ['a', 'b']) await send(body, body);
    const [a, b] = await receive();
    const Entries = [
      { Id: 'a', ReceiptHandle: a?.ReceiptHandle },
      { Id: 'x', ReceiptHandle: 'made up' },
    ];
    const { Successful, Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful).toEqual([{ Id: 'a' }]);
    expect(Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
    await setVisibility(b?.ReceiptHandle, 0);
    expect(await bodies()).toEqual([b?.Body]);
  });

  it('gives nothing of a group while one of its messages is in flight, and others go on', async () => {
    const { send, receive, remove, bodies } = await openAnyQueue();
    for (const [body, group] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const) {
      await send(body, group);
    }
    const [first] = await receive({ MaxNumberOfMessages: 1 });
    expect(first?.Body).toBe('a1');
    expect(await bodies({ MaxNumberOfMessages: 1 })).toEqual(['b1']);
    expect(await bodies()).toEqual([]);
    await remove(first?.ReceiptHandle);
    expect(await bodies()).toEqual(['a2']);
  });

  it('gives several messages of a group to one call, in order', async () => {
    const { send, bodies } = await openAnyQueue();
    for (let at = 0; at < 12; at += 1) await send(`a${at}`, 'a');
    await send('b', 'b');
    expect(await bodies()).toEqual(Array.from({ length: 10 }, (_, at) => `a${at}`));
    expect(await bodies()).toEqual(['b']);
  });

  it('refuses handles that were never given out', async () => {
    const { remove, setVisibility } = await openAnyQueue();
    const invalid = { name: 'ReceiptHandleIsInvalid' };
    await expect(remove('made up')).rejects.toMatchObject(invalid);
    await expect(setVisibility('made up', 0)).rejects.toMatchObject(invalid);
  });

  it('answers a call that waits as soon as something is sent', async () => {
    const { send, bodies } = await openAnyQueue();
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await send('a');
    expect(await waiting).toEqual(['a']);
  });

  it('knows a deduplication id of a message that is already deleted', async () => {
    const { send, receive, remove, bodies } = await openAnyQueue();
    const first = await send('first', 'one', 'id');
    const [message] = await receive();
    await remove(message?.ReceiptHandle);
    expect(await send('second', 'two', 'id')).toMatchObject({ MessageId: first.MessageId });
    expect(await bodies()).toEqual([]);
  });

  it('no longer deletes a message that became visible again', async () => {
    const { send, receive, remove, setVisibility } = await openAnyQueue();
    await send('a');
    const [first] = await receive();
    await setVisibility(first?.ReceiptHandle, 0);
    const [second] = await receive();
    await expect(remove(first?.ReceiptHandle)).rejects.toThrow('has expired');
    await remove(second?.ReceiptHandle);
    await remove(second?.ReceiptHandle);
  });
});
