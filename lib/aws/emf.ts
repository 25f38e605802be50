import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'Countersign', serviceName: `countersign-${process.env['STAGE']}` });

/** A number and what it counts. */
type Measure = readonly [unit: keyof typeof MetricUnit, value: number];

/**
 * Tells metrics of this stage in CloudWatch's embedded format. At once, without an await between: calls share the
 * process, and a `singleMetric` would open a console each time.
 */
export function tell(dimensions: Readonly<Record<string, string>>, measures: Readonly<Record<string, Measure>>): void {
  metrics.addDimensions({ ...dimensions });
  for (const [name, [unit, value]] of Object.entries(measures)) metrics.addMetric(name, MetricUnit[unit], value);
  metrics.publishStoredMetrics();
}
