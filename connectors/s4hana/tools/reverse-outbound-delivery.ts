import * as z from 'zod';
import { reverseOutboundDelivery } from '../../../contracts/reverse-outbound-delivery.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { findDelivery, isStarted } from '../delivery/delivery.ts';
import { oneAfterAnother } from '../one-after-another.ts';

type Input = z.output<typeof reverseOutboundDelivery.input>;

/** The deliveries that are there; those that are gone are not in it. */
const state = z.array(z.strictObject({ delivery: z.string(), version: z.string(), started: z.boolean() }));

type State = z.output<typeof state>;

/** `reverse_outbound_delivery` by DELETE, which leaves nothing of a delivery but what its order tells. */
export default implement(reverseOutboundDelivery, {
  state,
  documentOf: ({ deliveries: [first = ''] }: Input) => first,

  read: async ({ deliveries }: Input, call: Call<S4hanaClient>): Promise<State> => {
    const found = await Promise.all(deliveries.map((id) => findDelivery(call.client, id, call)));
    return found.flatMap((each) =>
      each ? [{ delivery: each.value.id, version: each.etag ?? '', started: isStarted(each.value) }] : [],
    );
  },

  check: (_: Input, before: State) => {
    const started = before.find((each) => each.started);
    if (started)
      throw new CountersignError('DELIVERY_STARTED', `The warehouse has begun with delivery ${started.delivery}.`);
  },

  run: (_: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) =>
    oneAfterAnother(call.before, ({ delivery, version }) => {
      const path = keyPath('A_OutbDeliveryHeader', { DeliveryDocument: delivery });
      const change = { method: 'DELETE', path, etag: version } as const;
      return call.client.service('outboundDelivery').change(change, call);
    }),

  output: ({ deliveries }: Input) => ({
    document: { id: deliveries[0] ?? '', number: deliveries[0] ?? '' },
    status: 'cancelled' as const,
    version: 'gone',
    deliveries,
  }),

  lookup: byState((_: Input, now: State) => now.length === 0),
});
