import type * as z from 'zod';
import { announceShipment } from '../../../contracts/announce-shipment.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { PortalClient } from '../client.ts';
import { existing } from '../portal-error.ts';

type Input = z.output<typeof announceShipment.input>;

/** `announce_shipment` by POST: the portal sends the mail. */
export default implement(announceShipment, {
  run: (input: Input, { client, reference, ...call }: WriteCall<PortalClient>) =>
    client.create('announcements', { ...input, externalReference: reference }, call),

  read: async (document: string, _: Input, { client, signal }: Call<PortalClient>) => {
    const found = await existing(client.announcement(document, { signal }));
    if (!found) return undefined;
    const { id, customer, order, deliveries, shippedOn, sentAt } = found;
    return {
      document: { id, number: id },
      status: 'sent' as const,
      version: '1',
      ...{ announcement: id, customer, order, deliveries, shippedOn, sentAt },
    };
  },

  lookup: byReference((_: Input, { client, reference, signal }: Call<PortalClient> & { reference: string }) =>
    client.referenced('announcements', reference, { signal }),
  ),
});
