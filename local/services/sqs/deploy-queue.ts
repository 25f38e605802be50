import type { LocalClock } from '../../clock.ts';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { QueueNames } from './queue-names.ts';
import { queuePolicyProperties, queueProperties } from './queue-properties.ts';
import { findQueue, type QueueStore, saveQueue } from './store.ts';

const longestName = 80;

/** `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy`. Deploying again keeps the messages; a dead-letter queue is deployed before what it is for. */
export const queueResources = (store: QueueStore, clock: LocalClock, { arnOf, urlOf }: QueueNames) => ({
  'AWS::SQS::Queue': resourceType(queueProperties, (settings, resource) => {
    const name = settings.QueueName ?? `${physicalName(resource, longestName - '.fifo'.length)}.fifo`;
    const target = settings.RedrivePolicy?.deadLetterTargetArn;
    if (target !== undefined && !isQueue(store, target, arnOf)) {
      throw new Error(`RedrivePolicy.deadLetterTargetArn: ${target} is no queue of the local AWS`);
    }
    saveQueue(store, name, settings, clock.now());
    return { ref: urlOf(name), attributes: { Arn: arnOf(name), QueueUrl: urlOf(name), QueueName: name } };
  }),
  'AWS::SQS::QueuePolicy': resourceType(queuePolicyProperties, (_, { stack, logicalId }) => ({
    ref: `${stack}-${logicalId}`,
    attributes: { Id: `${stack}-${logicalId}` },
  })),
});

const isQueue = (store: QueueStore, arn: string, arnOf: QueueNames['arnOf']): boolean => {
  const name = arn.split(':').at(-1) ?? '';
  return arn === arnOf(name) && findQueue(store, name) !== undefined;
};
