import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Configuration } from '../core/config.ts';
import { acknowledge } from './acknowledge.ts';
import { type Deployment, nameIn, removalPolicyOf } from './deployment.ts';
import { accessesOf } from './system-access.ts';

/** The queues of one system. */
export interface SystemBacklog {
  /** Turns of what waits for the system. Order is kept within a group: one business document. */
  readonly queue: Queue;
  /** Messages that are no turns. */
  readonly unreadable: Queue;
}

/** What waits for systems: for each that is written to, a queue of turns. What is to be done stands in the operations; a queue that is lost is filled again from them. */
export class Backlog extends Construct {
  readonly systems: Readonly<Record<string, SystemBacklog>>;

  constructor(scope: Construct, id: string, { deployment }: { readonly deployment: Deployment }) {
    super(scope, id);
    this.systems = Object.fromEntries(
      writtenTo(deployment.configuration).map((system) => [system, this.#queuesFor(system, deployment)]),
    );
  }

  /** `{"erp":"queue URL"}` */
  get urls(): string {
    return JSON.stringify(
      Object.fromEntries(Object.entries(this.systems).map(([system, { queue }]) => [system, queue.queueUrl])),
    );
  }

  /** Where turns are put. */
  get arns(): string[] {
    return Object.values(this.systems).map(({ queue }) => queue.queueArn);
  }

  #queuesFor(system: string, deployment: Deployment): SystemBacklog {
    const common = {
      fifo: true,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicyOf(deployment),
    };
    const unreadable = new Queue(this, `${system}-unreadable`, {
      ...common,
      queueName: `${nameIn(deployment, system, 'unreadable')}.fifo`,
    });
    acknowledge(unreadable, {
      'Serverless-SQSRedrivePolicy': 'It is the end of the way: a person looks at what is in it.',
    });
    const queue = new Queue(this, system, {
      ...common,
      queueName: `${nameIn(deployment, system, 'backlog')}.fifo`,
      // Longer than one turn takes: whoever holds it has died then.
      visibilityTimeout: Duration.minutes(2),
      // A turn is received again and again while its lane is busy or its system closed: only what never ends goes away.
      deadLetterQueue: { queue: unreadable, maxReceiveCount: 1000 },
    });
    return { queue, unreadable };
  }
}

const writtenTo = (configuration: Configuration): string[] =>
  accessesOf(configuration).flatMap(({ system, access }) => (access === 'write' ? [system] : []));
