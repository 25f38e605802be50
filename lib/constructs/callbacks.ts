import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConfigurationError } from '../core/configuration-error.ts';
import type { AgentCallbacks } from './callback-stores.ts';
import { nameIn } from './deployment.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { everySoOften } from './every-so-often.ts';

/** One function per agent with an endpoint: as soon as the relay wakes it, and once a minute, it tells that endpoint what became of the agent's operations. */
export class Callbacks extends Construct {
  readonly all: readonly EntryFunction[];
  /** What tells the relay whom to wake: `{"buyer-agent":"function name"}`. */
  readonly names: string;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const agents = Object.entries(props.stores.callbacks.agents);
    this.all = agents.map(([agent, of]) => this.#functionFor(agent, of, props));
    this.names = JSON.stringify(
      Object.fromEntries(agents.map(([agent]) => [agent, nameIn(props.deployment, nameOf(agent))])),
    );
  }

  /** Lets a function have them run at once. */
  allowWaking(caller: EntryFunction): void {
    if (this.all.length > 0) caller.allow(['lambda:InvokeFunction'], ...this.all.map((each) => each.functionArn));
  }

  #functionFor(agent: string, { url, queue, secret }: AgentCallbacks, props: FunctionsProps): EntryFunction {
    const name = nameOf(agent);
    if (nameIn(props.deployment, name).length > 64)
      throw new ConfigurationError(`agents.${agent}`, 'its name is too long for that of a function: 64 with the rest');
    const tell = new EntryFunction(this, name, {
      ...props,
      name,
      entry: 'callbacks',
      description: `Tells ${agent} what became of its operations`,
      timeout: Duration.seconds(60),
      environment: {
        AGENT: agent,
        CALLBACK_URL: url,
        CALLBACK_QUEUE: queue.queueUrl,
        SECRET_ARN: secret.secretArn,
      },
    });
    const { operations, journal, results, key } = props.stores;
    tell.allow(['dynamodb:GetItem'], operations.tableArn);
    tell.allow(['dynamodb:PutItem'], journal.tableArn);
    tell.allowObjects(results, ['s3:GetObject'], 'operations/*');
    tell.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], queue.queueArn);
    tell.allow(['secretsmanager:GetSecretValue'], secret.secretArn);
    key.allowWriting(tell);
    everySoOften(this, `${agent}-every-minute`, { target: tell, every: Duration.minutes(1), event: {} });
    return tell;
  }
}

const nameOf = (agent: string): string => `${agent}-callbacks`;
