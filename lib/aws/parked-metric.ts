import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { allParked, type parkedIndex } from './parked-index.ts';

const metrics = new Metrics({ namespace: 'Countersign', serviceName: 'countersign' });

/** Tells how many operations of a system wait for an operator, and for how long the one that waits longest: in CloudWatch's embedded format. */
export async function tellParked(
  page: ReturnType<typeof parkedIndex>,
  { system, now }: { readonly system: string; readonly now: number },
): Promise<void> {
  for (const state of ['review', 'dead'] as const) {
    let count = 0;
    let oldest = now;
    for await (const { since } of allParked(page, system, state)) {
      count++;
      oldest = Math.min(oldest, since);
    }
    metrics.addDimensions({ system, state });
    metrics.addMetric('Parked', MetricUnit.Count, count);
    metrics.addMetric('ParkedFor', MetricUnit.Seconds, Math.round((now - oldest) / 1000));
    metrics.publishStoredMetrics();
  }
}
