import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { id, text, writeOutput } from './shapes.ts';

/**
 * Takes deliveries back of which nothing is picked, packed or issued; their quantities are open again. One that is gone
 * stays gone. Throws `DELIVERY_STARTED`, and then takes back none.
 */
export const reverseOutboundDelivery = defineContract({
  name: 'reverse_outbound_delivery',
  effect: 'update',
  summary: 'Deletes outbound deliveries on which the warehouse has not started; their quantities are open again.',
  input: z.strictObject({
    /** No more than are sent in one operation. */
    deliveries: z.array(id('delivery')).min(1).max(5),
    reason: text(200),
  }),
  output: writeOutput({ deliveries: z.array(z.string()) }),
  errors: ['DELIVERY_STARTED', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: { deliveries: ['80000002'], reason: 'The order changes' },
      output: {
        document: { id: '80000002', number: '80000002' },
        status: 'cancelled',
        version: 'gone',
        deliveries: ['80000002'],
        deviations: [],
      },
    },
  ],
  aboutOf: ({ deliveries }) => `delivery ${deliveries[0]}`,
  businessKey: ({ deliveries }) => JSON.stringify(deliveries.toSorted()),
});
