import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { openQueue } from './queues.ts';

const minute = 60_000;

describe('sending', () => {
  it('puts a deduplication id once in five minutes, even when its message is long deleted', async () => {
    const { send, receive, remove, bodies, clock } = await openQueue();
    const first = await send('first', 'one', 'id');
    expect(await send('second', 'two', 'id')).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    });
    const [message] = await receive();
    await remove(message?.ReceiptHandle);
    clock.advance(5 * minute - 1);
    await send('third', 'one', 'id');
    expect(await bodies()).toEqual([]);
    clock.advance(1);
    await send('fourth', 'one', 'id');
    expect(await bodies()).toEqual(['fourth']);
  });

  it('deduplicates within the group where the queue says so', async () => {
    const { send, bodies } = await openQueue({
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    await send('a', 'one', 'id');
    await send('b', 'two', 'id');
    await send('c', 'one', 'id');
    expect(await bodies()).toEqual(['a', 'b']);
  });

  it('takes 256 KB and no byte more', async () => {
    const { send, receive } = await openQueue();
    await send('x'.repeat(262_144), 'one', 'large');
    await expect(send(`${'x'.repeat(262_143)}é`, 'one', 'larger')).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Message must be shorter than 262144 bytes.'),
    });
    expect(await receive()).toHaveLength(1);
  });

  it('refuses what a FIFO queue or the local one does not have, by name', async () => {
    const { service } = await openQueue();
    const call = (more: object) => async () =>
      service.actions.SendMessage.run({
        input: { QueueUrl: 'http://any/123456789012/erp.fifo', MessageBody: 'b', ...more },
        principal: 'role',
      });
    const ids = { MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    await expect(call({ ...ids, DelaySeconds: 1 })).rejects.toThrow('DelaySeconds');
    await expect(call({ ...ids, MessageAttributes: {} })).rejects.toThrow('MessageAttributes');
    await expect(call({ MessageGroupId: 'g' })).rejects.toThrow('MessageDeduplicationId');
    await expect(call({ ...ids, MessageBody: 'bell \u0007' })).rejects.toThrow('MessageBody');
    await expect(call({ ...ids, QueueUrl: 'http://any/123456789012/other.fifo' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
    await expect(call({ ...ids, QueueUrl: 'http://any/999999999999/erp.fifo' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
  });
});

describe('a batch', () => {
  it('sends each message by itself', async () => {
    const { client, QueueUrl, bodies } = await openQueue({ MaximumMessageSize: 1024 });
    const entry = (Id: string, MessageBody: string, MessageGroupId: string | undefined = 'one') => ({
      ...{ Id, MessageBody, MessageGroupId },
      MessageDeduplicationId: Id,
    });
    const Entries = [entry('a', 'first'), { ...entry('b', 'second'), MessageGroupId: undefined }, entry('c', 'third')];
    const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }]);
    expect(await bodies()).toEqual(['first', 'third']);
    const large = [entry('d', 'x'.repeat(600)), entry('e', 'x'.repeat(600))];
    const tooLong = client.send(new SendMessageBatchCommand({ QueueUrl, Entries: large }));
    await expect(tooLong).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });
});

describe('a group', () => {
  it('begins again with its first message when that was not deleted in time', async () => {
    const { send, receive, remove, bodies, clock } = await openQueue();
    for (const body of ['1', '2', '3']) await send(body);
    const [, second] = await receive({ MaxNumberOfMessages: 2 });
    await remove(second?.ReceiptHandle);
    expect(await bodies()).toEqual([]);
    clock.advance(30_000);
    expect(await bodies()).toEqual(['1', '3']);
  });
});

describe('visibility', () => {
  it('runs out on the local clock, and with it the handle', async () => {
    const { send, receive, remove, setVisibility, clock } = await openQueue();
    await send('a');
    const [first] = await receive({ VisibilityTimeout: 10 });
    clock.advance(9_999);
    expect(await receive()).toEqual([]);
    clock.advance(1);
    const expired = { name: 'InvalidParameterValue', message: expect.stringContaining('has expired') };
    await expect(remove(first?.ReceiptHandle)).rejects.toMatchObject(expired);
    const [second] = await receive();
    await expect(remove(first?.ReceiptHandle)).rejects.toMatchObject(expired);
    await expect(setVisibility(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await remove(second?.ReceiptHandle);
    await remove(second?.ReceiptHandle);
    clock.advance(minute);
    expect(await receive()).toEqual([]);
  });

  it('can be prolonged up to twelve hours, and ended at once', async () => {
    const { send, receive, setVisibility, clock, bodies } = await openQueue();
    await send('a');
    const [message] = await receive();
    clock.advance(20_000);
    await setVisibility(message?.ReceiptHandle, 43_180);
    await expect(setVisibility(message?.ReceiptHandle, 43_181)).rejects.toMatchObject({
      message: expect.stringContaining('43200'),
    });
    clock.advance(11 * 60 * minute);
    expect(await receive()).toEqual([]);
    await setVisibility(message?.ReceiptHandle, 0);
    expect(await bodies()).toEqual(['a']);
  });
});

describe('a call that waits', () => {
  it('is answered when a group becomes free, or a message visible again', async () => {
    const { send, receive, remove, bodies, clock } = await openQueue();
    for (const body of ['1', '2']) await send(body);
    const [first] = await receive({ MaxNumberOfMessages: 1 });
    const second = bodies({ WaitTimeSeconds: 20 });
    await remove(first?.ReceiptHandle);
    expect(await second).toEqual(['2']);
    const again = receive({ WaitTimeSeconds: 20, VisibilityTimeout: 1 });
    // The call has arrived once the counts, asked for after it, are answered.
    await bodies();
    clock.advance(30_000);
    expect(await again).toMatchObject([{ Body: '2' }]);
  });

  it('gives up on the local clock, and when everything ends', async () => {
    const { service, QueueUrl, receive, clock, stop } = await openQueue();
    const waiting = service.actions.ReceiveMessage.run({ input: { QueueUrl, WaitTimeSeconds: 20 }, principal: 'role' });
    clock.advance(20_000);
    expect(await waiting).toEqual({});
    const ended = service.actions.ReceiveMessage.run({ input: { QueueUrl, WaitTimeSeconds: 20 }, principal: 'role' });
    stop();
    expect(await ended).toEqual({});
    expect(await receive({ WaitTimeSeconds: 20 })).toEqual([]);
  });
});

describe('a dead-letter queue', () => {
  it('gets what was received too often, with its origin, and the group goes on', async () => {
    const { deployQueue, send, receive, bodies, clock } = await openQueue();
    const { ref: deadUrl, attributes } = await deployQueue('dead');
    const RedrivePolicy = { deadLetterTargetArn: attributes['Arn'], maxReceiveCount: 2 };
    await deployQueue('erp', { RedrivePolicy });
    for (const body of ['poison', 'good']) await send(body, 'one');
    for (const _ of [1, 2]) {
      expect(await bodies({ MaxNumberOfMessages: 1 })).toEqual(['poison']);
      clock.advance(30_000);
    }
    expect(await bodies()).toEqual(['good']);
    const [dead] = await receive({ QueueUrl: deadUrl, MessageSystemAttributeNames: ['All'] });
    expect(dead).toMatchObject({
      Body: 'poison',
      Attributes: {
        ApproximateReceiveCount: '3',
        MessageGroupId: 'one',
        MessageDeduplicationId: 'poison',
        DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:erp.fifo',
      },
    });
  });

  it('has to be there', async () => {
    const { deployQueue } = await openQueue();
    const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:123456789012:no.fifo', maxReceiveCount: 1 };
    await expect(deployQueue('other', { RedrivePolicy })).rejects.toThrow('no.fifo is no queue');
  });
});

describe('attributes', () => {
  it('count what is visible, in flight and delayed', async () => {
    const { send, receive, attributes, clock } = await openQueue({ DelaySeconds: 5 });
    for (const body of ['1', '2', '3']) await send(body, body);
    expect(await attributes('All')).toMatchObject({ ApproximateNumberOfMessagesDelayed: '3' });
    clock.advance(5_000);
    await receive({ MaxNumberOfMessages: 1 });
    expect(await attributes('All')).toMatchObject({
      QueueArn: 'arn:aws:sqs:eu-central-1:123456789012:erp.fifo',
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '0',
      FifoQueue: 'true',
      VisibilityTimeout: '30',
      MessageRetentionPeriod: '345600',
      SqsManagedSseEnabled: 'true',
    });
    expect(await attributes('QueueArn')).toEqual({ QueueArn: 'arn:aws:sqs:eu-central-1:123456789012:erp.fifo' });
    await expect(attributes('Nonsense')).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('of a message are those asked for', async () => {
    const { send, receive, clock } = await openQueue();
    const { SequenceNumber } = await send('a', 'group', 'id');
    clock.advance(1_000);
    const names = ['SentTimestamp', 'ApproximateFirstReceiveTimestamp', 'SequenceNumber'] as const;
    const [message] = await receive({ MessageSystemAttributeNames: [...names] });
    expect(message?.Attributes).toEqual({
      SentTimestamp: String(clock.now() - 1_000),
      ApproximateFirstReceiveTimestamp: String(clock.now()),
      SequenceNumber,
    });
  });

  it('forget messages that are older than the queue keeps them', async () => {
    const { send, receive, clock } = await openQueue({ MessageRetentionPeriod: 60 });
    await send('a');
    clock.advance(minute);
    expect(await receive()).toEqual([]);
  });
});

describe('AWS::SQS::Queue', () => {
  it('gives ARN, URL and name, keeps messages over deploys, and follows its template', async () => {
    const { deployQueue, send, attributes, bodies, QueueUrl } = await openQueue();
    await send('a');
    const deployed = await deployQueue('erp', { VisibilityTimeout: 90, KmsMasterKeyId: 'arn:key' });
    expect(deployed).toEqual({
      ref: QueueUrl,
      attributes: { Arn: 'arn:aws:sqs:eu-central-1:123456789012:erp.fifo', QueueUrl, QueueName: 'erp.fifo' },
    });
    expect(QueueUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/123456789012\/erp\.fifo$/);
    expect(await attributes('All')).toMatchObject({ VisibilityTimeout: '90', KmsMasterKeyId: 'arn:key' });
    expect(await bodies()).toEqual(['a']);
  });

  it('refuses by name what it does not do', async () => {
    const { deployQueue } = await openQueue();
    const refused = (more: object) => async () => deployQueue('other', { ...more });
    await expect(refused({ ContentBasedDeduplication: true })).rejects.toThrow('ContentBasedDeduplication');
    await expect(refused({ RedriveAllowPolicy: {} })).rejects.toThrow('RedriveAllowPolicy');
    await expect(refused({ FifoQueue: false })).rejects.toThrow('FIFO queues only');
    await expect(refused({ QueueName: 'standard' })).rejects.toThrow('ends with .fifo');
  });

  it('names its permissions by its ARN', async () => {
    const { service, QueueUrl } = await openQueue();
    const expected = [{ action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:123456789012:erp.fifo' }];
    expect(service.actions.SendMessage.permissions({ QueueUrl })).toEqual(expected);
    expect(service.actions.SendMessageBatch.permissions({ QueueUrl })).toEqual(expected);
  });
});

it('AWS::SQS::QueuePolicy may refuse plain HTTP, and nothing else', async () => {
  const { service, QueueUrl } = await openQueue();
  const deployPolicy = (statement: object) => async () =>
    service.resources['AWS::SQS::QueuePolicy'].deploy({
      ...{ stack: 'data', logicalId: 'Policy' },
      properties: { Queues: [QueueUrl], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
    });
  const deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: 'arn:queue' };
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  expect(await deployPolicy({ ...deny, Condition })()).toMatchObject({ ref: 'data-Policy' });
  const refused = 'accepts no policy of a queue but one that refuses plain HTTP';
  await expect(deployPolicy(deny)).rejects.toThrow(refused);
  await expect(deployPolicy({ ...deny, Condition, Effect: 'Allow' })).rejects.toThrow(refused);
});
