import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EntryFunction, FunctionsProps } from './entry-function.ts';
import { everySoOften } from './every-so-often.ts';
import { byLane, byUnsettled } from './record-table.ts';
import { SystemFunction } from './system-function.ts';

/** One function per system that is written to: once a minute it carries out what waits, as fast as the system takes it. */
export class ReplayFunctions extends Construct {
  readonly all: readonly EntryFunction[];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.all = Object.keys(props.stores.backlog.systems).map((system) => this.#functionFor(system, props));
  }

  #functionFor(system: string, props: FunctionsProps): EntryFunction {
    const { operations, results, backlog } = props.stores;
    const queues = backlog.systems[system];
    if (!queues) throw new Error(`${system} has no backlog`);
    const { queue, unreadable } = queues;
    const replay = new SystemFunction(this, `${system}-replay`, {
      ...props,
      system,
      access: 'write',
      entry: 'replay',
      name: `${system}-replay`,
      description: `Carries out what waits for ${system}`,
      // It works for somewhat more than the minute until the next one begins, and finishes what it has begun.
      timeout: Duration.seconds(100),
      environment: { BACKLOG_QUEUE: queue.queueUrl, UNREADABLE_QUEUE: unreadable.queueUrl },
    });
    replay.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], operations.tableArn);
    const indexes = [byLane, byUnsettled].map((index) => `${operations.tableArn}/index/${index}`);
    replay.allow(['dynamodb:Query'], ...indexes);
    replay.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    replay.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], queue.queueArn);
    replay.allow(['sqs:SendMessage'], unreadable.queueArn);
    everySoOften(this, `${system}-every-minute`, { target: replay, every: Duration.minutes(1), event: {} });
    return replay;
  }
}
