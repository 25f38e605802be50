import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isAwaited } from '../core/callback/at-rest.ts';
import type { Callback } from '../core/callback/deliver.ts';
import { digestOf } from '../core/canonical.ts';
import type { Operation } from '../core/operation/operation.ts';
import { turnOf } from './backlog-queue.ts';
import { logger } from './log.ts';

/** A callback as the queue hands it out: nobody else gets it until it is given back. */
export interface CallbackTicket {
  readonly callback: Callback;
  /** Which time it is handed out, from 1. */
  readonly attempt: number;
  done(): Promise<void>;
  /** It comes again after that many seconds. */
  later(seconds: number): Promise<void>;
}

/** Puts what an agent with an endpoint waits for into the queue of that agent, and answers whether there was something to put; each operation is a group of its own, so that none waits for another. */
export const owingCallbacks =
  (client: SQSClient, queues: Readonly<Record<string, string>>) =>
  async (operation: Operation, version: number): Promise<boolean> => {
    const { id, agent } = operation;
    const QueueUrl = Object.hasOwn(queues, agent) ? queues[agent] : undefined;
    if (QueueUrl === undefined || !isAwaited(operation)) return false;
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify({ operationId: id, version }),
        MessageGroupId: id,
        MessageDeduplicationId: digestOf([id, version]),
      }),
    );
    return true;
  };

/** Receives up to ten callbacks; waits for the first of them, in seconds. */
export const receivingCallbacks =
  (client: SQSClient, QueueUrl: string, WaitTimeSeconds: number) => async (): Promise<readonly CallbackTicket[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    const tickets: CallbackTicket[] = [];
    for (const message of Messages) {
      const callback = turnOf(message);
      const handle = { QueueUrl, ReceiptHandle: message.ReceiptHandle };
      const done = async () => void (await client.send(new DeleteMessageCommand(handle)));
      const later = async (VisibilityTimeout: number) =>
        void (await client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout })));
      const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      if (callback) tickets.push({ callback, attempt, done, later });
      else {
        // Only the relay writes here: what is not of it tells of nothing.
        logger.error('a message is no callback', { messageId: message.MessageId ?? '' });
        await done();
      }
    }
    return tickets;
  };
