import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CheckedMachine } from './checked-machine.ts';
import type { EntryFunction } from './entry-function.ts';
import type { Relay } from './relay.ts';

/** Alarms without actions: whom they wake is for the account to say. */
export class TroubleAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      functions,
      relay,
      machines,
    }: {
      readonly functions: readonly EntryFunction[];
      readonly relay: Relay;
      readonly machines: readonly CheckedMachine[];
    },
  ) {
    super(scope, id);
    for (const each of [...functions, relay])
      this.#above(0, `${each.node.id} fails`, each.metricErrors({ period: Duration.minutes(5) }));
    // An execution never fails by what happens outside of it: one that ends badly has lost what it carried.
    for (const machine of machines)
      for (const [how, metric] of [
        ['fails', machine.metricFailed({ period: Duration.minutes(5) })],
        ['is aborted', machine.metricAborted({ period: Duration.minutes(5) })],
        ['times out', machine.metricTimedOut({ period: Duration.minutes(5) })],
      ] as const)
        this.#above(0, `${machine.node.id} ${how}`, metric);
    this.#above(
      600_000,
      'Relay is late',
      relay.metric('IteratorAge', { statistic: 'max', period: Duration.minutes(5) }),
    );
  }

  #above(threshold: number, what: string, metric: IMetric): void {
    new Alarm(this, what, {
      metric,
      threshold,
      alarmDescription: what,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
