import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { nameIn } from './deployment.ts';
import type { EntryFunction, FunctionsProps } from './entry-function.ts';
import { everySoOften } from './every-so-often.ts';
import { byUnsettled } from './record-table.ts';
import { warnOfOldReviews } from './review-alarm.ts';
import { SystemFunction } from './system-function.ts';

/** One function per system that looks up what became of operations, those that somebody asks about and, every five minutes, those that nobody asks about any more, and checks the system. It cannot write to the system: it holds the credential that reads. */
export class RecoverFunctions extends Construct {
  readonly all: readonly EntryFunction[];
  /** What tells other functions whom to ask: `{"erp":"function name"}`. */
  readonly names: string;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const systems = Object.keys(props.deployment.configuration.systems);
    this.all = systems.map((system) => this.#functionFor(system, props));
    this.names = JSON.stringify(
      Object.fromEntries(systems.map((system) => [system, nameIn(props.deployment, system, 'recover')])),
    );
  }

  /** Lets a function ask them, directly. */
  allowAsking(caller: EntryFunction): void {
    caller.allow(['lambda:InvokeFunction'], ...this.all.map(({ functionArn }) => functionArn));
  }

  #functionFor(system: string, props: FunctionsProps): EntryFunction {
    const recover = new SystemFunction(this, system, {
      ...props,
      system,
      access: 'read',
      entry: 'recover',
      name: `${system}-recover`,
      description: `Looks up in ${system} what became of operations`,
    });
    const { operations, results } = props.stores;
    recover.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], operations.tableArn);
    recover.allow(['dynamodb:Query'], `${operations.tableArn}/index/${byUnsettled}`);
    recover.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    everySoOften(this, `${system}-every-five-minutes`, {
      target: recover,
      every: Duration.minutes(5),
      event: { ask: 'reconcile' },
    });
    warnOfOldReviews(this, props.deployment, system);
    return recover;
  }
}
