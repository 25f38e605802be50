import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'Countersign', serviceName: 'approvals' });

/** Counts a question whose mail did not arrive, and for which nobody is left to be asked; in CloudWatch's embedded format. */
export function countUnanswered(system: string): void {
  metrics.addDimensions({ system });
  metrics.addMetric('Unanswered', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
