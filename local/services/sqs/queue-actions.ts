import type { Action, Call, ServiceContext } from '../../service.ts';
import { queueAttributes } from './attributes.ts';
import { inBatch } from './batch.ts';
import type { QueueNames } from './queue-names.ts';
import { changeVisibility, deleteMessage } from './receipts.ts';
import { receiveMessages } from './receive-messages.ts';
import {
  batchInput,
  changeVisibilityInput,
  deleteEntry,
  deleteMessageInput,
  queueAttributesInput,
  readInput,
  receiveMessageInput,
  sendMessageInput,
} from './requests.ts';
import { sendBatch, sendMessage } from './send-message.ts';
import { type Queue, type QueueStore, queueOf } from './store.ts';
import type { WaitingCalls } from './waiting-calls.ts';

/** What the actions work on. */
interface Queues {
  readonly store: QueueStore;
  readonly waiting: WaitingCalls;
  readonly names: QueueNames;
}

/** The actions of SQS; whatever may free a message wakes those who wait for one. */
export const queueActions = (context: ServiceContext, { store, waiting, names }: Queues) => {
  const { clock } = context;
  const action = (permission: string, run: (queue: Queue, call: Call) => object | Promise<object>): Action => ({
    permissions: ({ QueueUrl }) => [{ action: `sqs:${permission}`, resource: names.arnOf(names.nameIn(QueueUrl)) }],
    run: (call) => run(queueOf(store, names.nameIn(call.input['QueueUrl'])), call),
  });
  const ringing = <T>(queue: Queue, answer: T): T => {
    waiting.ring(queue.name);
    return answer;
  };
  return {
    SendMessage: action('SendMessage', (queue, { input, principal: sender }) => {
      const message = readInput(sendMessageInput, input);
      return ringing(queue, sendMessage(context, store, { queue, sender, message }));
    }),
    SendMessageBatch: action('SendMessage', (queue, { input, principal: sender }) => {
      const { Entries } = readInput(batchInput, input);
      return ringing(queue, sendBatch(context, store, { queue, sender, entries: Entries }));
    }),
    ReceiveMessage: action('ReceiveMessage', (queue, { input }) =>
      receiveMessages({ ...context, store, waiting, arnOf: names.arnOf }, queue, readInput(receiveMessageInput, input)),
    ),
    DeleteMessage: action('DeleteMessage', (queue, { input }) => {
      deleteMessage(context, store, queue, readInput(deleteMessageInput, input).ReceiptHandle);
      return ringing(queue, {});
    }),
    DeleteMessageBatch: action('DeleteMessage', (queue, { input }) => {
      const answer = inBatch(readInput(batchInput, input).Entries, (entry) => {
        deleteMessage(context, store, queue, readInput(deleteEntry, entry).ReceiptHandle);
        return {};
      });
      return ringing(queue, answer);
    }),
    ChangeMessageVisibility: action('ChangeMessageVisibility', (queue, { input }) => {
      const { ReceiptHandle: handle, VisibilityTimeout: seconds } = readInput(changeVisibilityInput, input);
      changeVisibility(context, store, queue, { handle, seconds });
      return ringing(queue, {});
    }),
    GetQueueAttributes: action('GetQueueAttributes', (queue, { input }) => {
      const { AttributeNames } = readInput(queueAttributesInput, input);
      const asked = { names: AttributeNames, arn: names.arnOf(queue.name), now: clock.now() };
      return { Attributes: queueAttributes(store, queue, asked) };
    }),
  };
};
