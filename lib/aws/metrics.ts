import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Answer } from '../core/operation/answer.ts';

const metrics = new Metrics({ namespace: 'Countersign', serviceName: 'countersign' });

/** Counts a call and its time by tool and status, in CloudWatch's embedded format; and, by system, that it could not be signed in to. */
export async function measured(
  { tool, system }: { readonly tool: string; readonly system: string },
  run: () => Promise<Answer>,
): Promise<Answer> {
  const from = performance.now();
  const answer = await run();
  metrics.addDimensions({ tool, status: String(answer.status) });
  metrics.addMetric('Latency', MetricUnit.Milliseconds, performance.now() - from);
  // At once, without an await between: calls share the process. A `singleMetric` would open a console each time.
  metrics.publishStoredMetrics();
  if (answer.status === 502 && JSON.parse(answer.body).code === 'AUTH_FAILED') {
    metrics.addDimensions({ system });
    metrics.addMetric('SignInFailed', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  }
  return answer;
}

/** Tells how many days ago the credential for one access to a system was put. */
export function credentialAge(of: { readonly system: string; readonly access: string }, days: number): void {
  metrics.addDimensions(of);
  metrics.addMetric('CredentialAge', MetricUnit.NoUnit, days);
  metrics.publishStoredMetrics();
}

/** Counts a question about a write in a system whose mail did not arrive, and for which nobody is left to be asked. */
export function unansweredQuestion(system: string): void {
  metrics.addDimensions({ system });
  metrics.addMetric('UnansweredQuestion', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Counts an operation that came to wait for an operator. */
export function operationParked({
  system,
  state,
}: {
  readonly system: string;
  readonly state: 'review' | 'dead';
}): void {
  metrics.addDimensions({ system });
  metrics.addMetric(state === 'dead' ? 'OperationDead' : 'ReviewOpened', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Counts what an agent will not be told any more. */
export function callbackGivenUp(agent: string): void {
  metrics.addDimensions({ agent });
  metrics.addMetric('CallbackGivenUp', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Counts what an agent is not told because there is no secret that could sign it. */
export function callbackUnsigned(agent: string): void {
  metrics.addDimensions({ agent });
  metrics.addMetric('CallbackUnsigned', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
