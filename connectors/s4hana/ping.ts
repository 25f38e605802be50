import * as z from 'zod';
import type { S4hanaClient } from './client.ts';
import { mapError } from './map-error.ts';

/** Reads the key of one product: proves that the system answers and lets us in. */
export async function ping(client: S4hanaClient, signal: AbortSignal): Promise<void> {
  try {
    await client.service('product').rows('A_Product', { select: ['Product'], top: 1 }, z.unknown(), { signal });
  } catch (error) {
    throw mapError(error);
  }
}
