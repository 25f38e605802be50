import type * as z from 'zod';
import { type Connection, defineConnector } from '../../lib/core/connector.ts';
import { check } from './check.ts';
import { portalClient, secret } from './client.ts';
import { mapError } from './map-error.ts';

/**
 * How we talk to the partner portal: REST and JSON, a key for each access in a header.
 * `rotation`: keys are made by administrators of the portal.
 * `maxServerTime`: the portal gives a request up after a minute, as its definition says.
 */
export const connector = defineConnector({
  kind: 'supplier_portal',
  secret,
  rotation: 'manual',
  reference: { field: 'externalReference', maxLength: 20 },
  maxServerTime: 60_000,
  lookupLag: 1_000,
  limits: { perSecond: 20, concurrent: 5 },
  canonicalId: (_, id) => id,
  connect: (connection: Connection<unknown, z.output<typeof secret>>) => portalClient(connection),
  mapError,
  check,
  ping: async (client, signal) => {
    await client.me({ signal });
  },
});
