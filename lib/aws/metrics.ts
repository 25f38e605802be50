import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Answer } from '../core/operation/answer.ts';

const metrics = new Metrics({ namespace: 'Countersign', serviceName: 'tools' });

/** Counts a call and its time by tool and status, in CloudWatch's embedded format. */
export async function measured(tool: string, run: () => Promise<Answer>): Promise<Answer> {
  const from = performance.now();
  const answer = await run();
  metrics.addDimensions({ tool, status: String(answer.status) });
  metrics.addMetric('Latency', MetricUnit.Milliseconds, performance.now() - from);
  // At once, without an await between: calls share the process. A `singleMetric` would open a console each time.
  metrics.publishStoredMetrics();
  return answer;
}

/** Counts a question about a write in a system whose mail did not arrive, and for which nobody is left to be asked. */
export function unansweredQuestion(system: string): void {
  metrics.addDimensions({ system });
  metrics.addMetric('UnansweredQuestion', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
