import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { localClock } from '../../../../local/clock.ts';
import { sqsService } from '../../../../local/services/sqs/sqs.ts';
import { deploy, localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

/** What tests ask of one queue. */
const callsOf = (client: SQSClient, QueueUrl: string) => {
  const send = (MessageBody: string, MessageGroupId = 'one', MessageDeduplicationId = MessageBody) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }));
  const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input });
    return (await client.send(command)).Messages ?? [];
  };
  return {
    ...{ client, QueueUrl, send, receive },
    /** The bodies of what can be received now. */
    bodies: async (input: Partial<ReceiveMessageCommandInput> = {}) => (await receive(input)).map(({ Body }) => Body),
    remove: (ReceiptHandle: string | undefined) => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    setVisibility: (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
    attributes: async (...AttributeNames: string[]) => {
      const names = AttributeNames as ('All' | 'QueueArn')[];
      return (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }))).Attributes;
    },
  };
};

/** The local SQS behind the SDK's own client, with one queue called `erp.fifo`, over a clock that stands still until it is moved. */
export const openQueue = async (properties: Record<string, unknown> = {}, database?: DatabaseSync) => {
  const base = localContext(database);
  const context = { ...base, clock: localClock({ host: base.clock.now }) };
  let origin = '';
  const { service, stop } = sqsService({ context, origin: () => origin });
  const server = await serve(service);
  origin = server.endpoint;
  const deployQueue = (name: string, more: Record<string, unknown> = {}) =>
    deploy(service, 'AWS::SQS::Queue', { QueueName: `${name}.fifo`, FifoQueue: true, ...more }, name);
  const { ref: QueueUrl } = await deployQueue('erp', properties);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  // No endpoint: what the client calls is the host of the queue's URL, as with a real queue.
  const logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const client = new SQSClient({ region: 'eu-central-1', credentials, maxAttempts: 1, logger });
  onTestFinished(async () => {
    stop();
    client.destroy();
    await server.close();
  });
  return { ...callsOf(client, QueueUrl), service, clock: context.clock, stop, deployQueue };
};

const openRealQueue = async (endpoint: string) => {
  const client = new SQSClient({ endpoint });
  const QueueName = `countersign-test-${randomUUID()}.fifo`;
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  onTestFinished(async () => {
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    client.destroy();
  });
  return callsOf(client, QueueUrl);
};

/** A queue of the local SQS, or of the real one at COUNTERSIGN_SQS_ENDPOINT: the tests are the same. */
export const openAnyQueue = async (): Promise<ReturnType<typeof callsOf>> => {
  const endpoint = process.env['COUNTERSIGN_SQS_ENDPOINT'];
  return endpoint ? openRealQueue(endpoint) : openQueue();
};
