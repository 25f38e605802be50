import type * as z from 'zod';
import { type Connection, defineConnector } from '../../lib/core/connector.ts';
import { CountersignError, isCountersignError } from '../../lib/core/errors.ts';
import { plainErpClient, secret } from './client.ts';

/** How we talk to the ERP of the bench: REST and JSON, a key in a header. It bears whatever comes. */
export const connector = defineConnector({
  ...{ kind: 'plain_erp', secret, rotation: 'manual' },
  ...{ reference: { field: 'reference', maxLength: 20 }, maxServerTime: 10_000, lookupLag: 0 },
  limits: { perSecond: 1_000, concurrent: 500 },
  canonicalId: (_kind: string, id: string) => id,
  connect: (connection: Connection<unknown, z.output<typeof secret>>) => plainErpClient(connection),
  mapError: (error) =>
    isCountersignError(error) ? error : new CountersignError('INTERNAL', 'The connector failed.', { cause: error }),
  check: async () => [],
  ping: async (client, signal) => {
    await client.referenced('orders', 'none', { signal });
  },
});
