import type { LocalClock } from '../../clock.ts';
import { defineService, type ServiceContext } from '../../service.ts';
import { queueResources } from './deploy-queue.ts';
import { queueActions } from './queue-actions.ts';
import { queueNames } from './queue-names.ts';
import { openQueues } from './store.ts';
import { waitingCalls } from './waiting-calls.ts';

/** What queues need from the rest of the local AWS. */
export interface SqsOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  /** Where the URLs of queues lead: the SDK calls the host of a queue's URL, whatever its endpoint is. */
  readonly origin: () => string;
}

/** SQS as far as a backlog needs it: FIFO queues with their dead-letter queues. `stop` ends the calls that wait. */
export const sqsService = ({ context, origin }: SqsOptions) => {
  const store = openQueues(context.database);
  const waiting = waitingCalls(context.clock);
  const names = queueNames(context, origin);
  const service = defineService({
    name: 'sqs',
    protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    actions: queueActions(context, { store, waiting, names }),
    resources: queueResources(store, context.clock, names),
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
