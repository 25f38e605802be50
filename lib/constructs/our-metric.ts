import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type Deployment, nameIn } from './deployment.ts';

/** A metric that our functions tell in CloudWatch's embedded format, of this stage; its highest value in five minutes unless said. */
export const ourMetric = (
  deployment: Deployment,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
  { statistic = 'Maximum', period = Duration.minutes(5) }: { statistic?: string; period?: Duration } = {},
): Metric =>
  new Metric({
    ...{ namespace: 'Countersign', metricName, statistic, period },
    dimensionsMap: { service: nameIn(deployment), ...dimensions },
  });
