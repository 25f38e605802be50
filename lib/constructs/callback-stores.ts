import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DataKey } from './data-key.ts';
import { type Deployment, nameIn, removalPolicyOf } from './deployment.ts';
import { EmptySecret } from './empty-secret.ts';

/** What telling one agent needs to keep. */
export interface AgentCallbacks {
  /** Where it is told. */
  readonly url: string;
  /** What it is still to be told. */
  readonly queue: Queue;
  /** What its messages are signed with. */
  readonly secret: EmptySecret;
}

/** For each agent with an endpoint, a queue of what it is to be told and the secret that signs it: none waits for the receiver of another. */
export class CallbackStores extends Construct {
  readonly agents: Readonly<Record<string, AgentCallbacks>>;

  constructor(
    scope: Construct,
    id: string,
    { deployment, key }: { readonly deployment: Deployment; readonly key: DataKey },
  ) {
    super(scope, id);
    this.agents = Object.fromEntries(
      Object.entries(deployment.configuration.agents).flatMap(([agent, { callback }]) =>
        callback ? [[agent, { url: callback.url, ...this.#storesFor(agent, { deployment, key }) }]] : [],
      ),
    );
  }

  /** `{"buyer-agent":"queue URL"}` */
  get urls(): string {
    return JSON.stringify(
      Object.fromEntries(Object.entries(this.agents).map(([agent, { queue }]) => [agent, queue.queueUrl])),
    );
  }

  /** ARNs of all queues. */
  get arns(): readonly string[] {
    return Object.values(this.agents).map(({ queue }) => queue.queueArn);
  }

  #storesFor(agent: string, common: { readonly deployment: Deployment; readonly key: DataKey }) {
    const { deployment } = common;
    const secret = new EmptySecret(this, `${agent}-secret`, {
      ...common,
      name: `callbacks/${agent}`,
      description: `What signs the messages to the endpoint of ${agent}`,
    });
    const queue = new Queue(this, agent, {
      fifo: true,
      queueName: `${nameIn(deployment, agent, 'callbacks')}.fifo`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicyOf(deployment),
      // Longer than an attempt takes: whoever holds it has died then.
      visibilityTimeout: Duration.minutes(2),
    });
    const reason = 'What cannot be told is given up after a day, journaled and counted.';
    acknowledge(queue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
    return { queue, secret };
  }
}
