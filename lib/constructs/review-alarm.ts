import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** What only a person can settle should not wait longer than half a working day. */
const longest = Duration.hours(4);

/** Raises an alarm when an operation of a system has been in review for too long; the recover function tells how long. */
export function warnOfOldReviews(scope: Construct, system: string): void {
  const what = `A review in ${system} is older than ${longest.toHours()} hours`;
  new Alarm(scope, what, {
    metric: new Metric({
      namespace: 'Countersign',
      metricName: 'ParkedFor',
      dimensionsMap: { service: 'countersign', system, state: 'review' },
      period: Duration.minutes(5),
      statistic: 'Maximum',
    }),
    threshold: longest.toSeconds(),
    alarmDescription: what,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
