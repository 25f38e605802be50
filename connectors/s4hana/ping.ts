import * as z from 'zod';
import type { S4hanaClient } from './client.ts';

/** The key of one product: proves that the system answers and lets us in. */
export async function ping(client: S4hanaClient, signal: AbortSignal): Promise<void> {
  await client.service('product').rows('A_Product', { select: ['Product'], top: 1 }, z.unknown(), { signal });
}
