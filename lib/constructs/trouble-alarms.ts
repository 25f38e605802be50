import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { EntryFunction } from './entry-function.ts';
import type { Relay } from './relay.ts';

/** Alarms without actions: whom they wake is for the account to say. */
export class TroubleAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { functions, relay }: { readonly functions: readonly EntryFunction[]; readonly relay: Relay },
  ) {
    super(scope, id);
    for (const each of [...functions, relay])
      this.#above(0, `${each.node.id} fails`, each.metricErrors({ period: Duration.minutes(5) }));
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
