import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { digestOf } from '../core/canonical.ts';
import type { Ticket } from '../core/operation/drain.ts';
import type { Operation } from '../core/operation/operation.ts';

/** The two queues of one system: what waits, and what cannot even be read. */
export interface BacklogQueues {
  readonly queueUrl: string;
  readonly unreadableUrl: string;
}

const turnSchema = z.strictObject({ operationId: z.string().min(1), version: z.int() });

/** A message is a turn for one version of an operation and nothing more: what is to be done is read from the operation. */
export const enqueueing =
  (client: SQSClient, queues: Readonly<Record<string, string>>) =>
  async ({ id, version, system, lane = id }: Operation): Promise<boolean> => {
    const QueueUrl = Object.hasOwn(queues, system) ? queues[system] : undefined;
    if (QueueUrl === undefined) return false;
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify({ operationId: id, version }),
        MessageGroupId: digestOf(lane),
        MessageDeduplicationId: digestOf([id, version]),
      }),
    );
    return true;
  };

/** Receives up to ten turns; what cannot be read is put aside at once, with the reason. */
export const receiving =
  (client: SQSClient, { queueUrl, unreadableUrl }: BacklogQueues) =>
  async (most: number): Promise<readonly Ticket[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(most, 10),
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount'],
      }),
    );
    const tickets: Ticket[] = [];
    for (const message of Messages) {
      const turn = turnOf(message);
      const handle = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
      const remove = async () => void (await client.send(new DeleteMessageCommand(handle)));
      if (turn)
        tickets.push({
          turn,
          group: message.Attributes?.MessageGroupId ?? turn.operationId,
          done: remove,
          later: async (VisibilityTimeout) =>
            void (await client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout }))),
        });
      else {
        await putAside(client, unreadableUrl, message);
        await remove();
      }
    }
    return tickets;
  };

/** How many turns are in a queue, by SQS's own approximate count: those that can be taken, and those that somebody has or that come again later. */
export async function turnsIn(
  client: SQSClient,
  QueueUrl: string,
): Promise<{ readonly waiting: number; readonly taken: number }> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: taken } = Attributes;
  return { waiting: Number(waiting), taken: Number(taken) };
}

/** The operation and the version of it that a message is about; undefined for any other message. */
export function turnOf({ Body = '' }: Message): Ticket['turn'] | undefined {
  try {
    return turnSchema.safeParse(JSON.parse(Body)).data;
  } catch {
    return undefined; // not even JSON
  }
}

/** The message as it came, why it is here and how often it was received: a person looks at it. */
async function putAside(client: SQSClient, QueueUrl: string, { Body, MessageId, Attributes }: Message): Promise<void> {
  const received = Number(Attributes?.ApproximateReceiveCount ?? 1);
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: JSON.stringify({ reason: 'It is no turn of an operation.', received, message: Body }),
      MessageGroupId: 'unreadable',
      MessageDeduplicationId: MessageId,
    }),
  );
}
