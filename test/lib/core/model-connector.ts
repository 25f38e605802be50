import * as z from 'zod';
import type { Connector } from '../../../lib/core/connector.ts';
import { CountersignError } from '../../../lib/core/errors.ts';

/** A kind of system that is nothing but its tools. */
export const connector: Connector = {
  kind: 'model',
  secret: z.unknown(),
  rotation: 'manual',
  reference: { field: 'reference', maxLength: 12 },
  maxServerTime: 600_000,
  lookupLag: 5_000,
  canonicalId: (_, id) => id,
  connect: () => undefined,
  mapError: (cause) => new CountersignError('INTERNAL', 'failed', { cause }),
  check: async () => [],
  limits: { perSecond: 50, concurrent: 20 },
  ping: async () => {},
};
