import { vi } from 'vitest';

/** Lets the metrics of what is imported from now on be read: each as the members of its line that count. */
export function readMetrics(): () => Record<string, unknown>[] {
  vi.stubEnv('STAGE', 'test');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const spy = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  return () =>
    spy.mock.calls.map(([line]) => {
      const { _aws: how, ...members } = JSON.parse(String(line));
      return { ...members, namespace: how.CloudWatchMetrics[0].Namespace, by: how.CloudWatchMetrics[0].Dimensions[0] };
    });
}
