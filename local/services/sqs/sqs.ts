import type { LocalClock } from '../../clock.ts';
import { type Action, type Call, defineService, type ServiceContext } from '../../service.ts';
import { queueAttributes } from './attributes.ts';
import { inBatch } from './batch.ts';
import { queueResources } from './deploy-queue.ts';
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
import { openQueues, type Queue, queueOf } from './store.ts';
import { waitingCalls } from './waiting-calls.ts';

/** What queues need from the rest of the local AWS. */
export interface SqsOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  /** Where the URLs of queues lead: the SDK calls the host of a queue's URL, whatever its endpoint is. */
  readonly origin: () => string;
}

/** SQS as far as a backlog needs it: FIFO queues with their dead-letter queues. `stop` ends the calls that wait. */
export const sqsService = ({ context, origin }: SqsOptions) => {
  const { database, clock, account, region } = context;
  const store = openQueues(database);
  const waiting = waitingCalls(clock);
  const names = {
    arnOf: (name: string) => `arn:aws:sqs:${region}:${account}:${name}`,
    urlOf: (name: string) => `${origin()}/${account}/${name}`,
    /** Of a URL whose host does not matter: the call arrived here. */
    nameIn: (url: unknown) => new RegExp(`^https?://[^/]+/${account}/([^/]+)$`).exec(String(url))?.[1] ?? String(url),
  };
  const action = (permission: string, run: (queue: Queue, call: Call) => object | Promise<object>): Action => ({
    permissions: ({ QueueUrl }) => [{ action: `sqs:${permission}`, resource: names.arnOf(names.nameIn(QueueUrl)) }],
    run: (call) => run(queueOf(store, names.nameIn(call.input['QueueUrl'])), call),
  });
  const ringing = <T>(queue: Queue, answer: T): T => {
    waiting.ring(queue.name);
    return answer;
  };
  const service = defineService({
    name: 'sqs',
    protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    actions: {
      SendMessage: action('SendMessage', (queue, { input, principal: sender }) => {
        const message = readInput(sendMessageInput, input);
        return ringing(queue, sendMessage(context, store, { queue, sender, message }));
      }),
      SendMessageBatch: action('SendMessage', (queue, { input, principal: sender }) => {
        const { Entries } = readInput(batchInput, input);
        return ringing(queue, sendBatch(context, store, { queue, sender, entries: Entries }));
      }),
      ReceiveMessage: action('ReceiveMessage', (queue, { input }) =>
        receiveMessages(
          { ...context, store, waiting, arnOf: names.arnOf },
          queue,
          readInput(receiveMessageInput, input),
        ),
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
    },
    resources: queueResources(store, clock, names),
    differences: [
      'FIFO queues alone; a message has a body, its group and its deduplication id, and no attributes of its own.',
      'Messages have at most 256 KB unless their queue says otherwise; there is no limit of messages in flight.',
      'The URL of a queue leads to the loopback port. Visibility, delays and waiting calls follow the local clock.',
      'What was received too often is moved when its queue is next asked for messages, whatever else of its group is in flight.',
      'Policies of queues are not evaluated; only one that refuses plain HTTP can be deployed.',
    ],
  });
  return { service, stop: waiting.stop };
};
