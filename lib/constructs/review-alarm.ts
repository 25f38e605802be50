import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmAbove } from './alarm-above.ts';
import type { Deployment } from './deployment.ts';
import { ourMetric } from './our-metric.ts';

/** What only a person can settle should not wait longer than half a working day. */
const longest = Duration.hours(4);

/** Raises an alarm when an operation of a system has been in review for too long; the recover function tells how long. */
export function warnOfOldReviews(scope: Construct, deployment: Deployment, system: string): void {
  const metric = ourMetric(deployment, 'ParkedFor', { system, state: 'review' });
  alarmAbove(scope, `A review in ${system} is older than ${longest.toHours()} hours`, metric, {
    threshold: longest.toSeconds(),
  });
}
