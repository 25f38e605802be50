import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** An alarm that says what is wrong when a metric has been above its threshold for so many periods. Without actions: whom it wakes is for the account to say. */
export function alarmAbove(
  scope: Construct,
  what: string,
  metric: IMetric,
  { threshold = 0, periods = 1 }: { readonly threshold?: number; readonly periods?: number } = {},
): Alarm {
  return new Alarm(scope, what, {
    metric,
    threshold,
    alarmDescription: what,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
