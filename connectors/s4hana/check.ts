import type { Finding } from '../../lib/core/connector.ts';
import type { S4hanaClient } from './client.ts';

export async function check(_client: S4hanaClient, _signal: AbortSignal): Promise<readonly Finding[]> {
  return [];
}
