import * as z from 'zod';
import { type Comparison, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { date, id, text, writeOutput } from './shapes.ts';

/**
 * Tells a customer, in the portal and by mail, which deliveries of an order have left and when. A mail cannot be taken back.
 * Throws `NOT_FOUND` where the portal does not know the customer.
 */
export const announceShipment = defineContract({
  name: 'announce_shipment',
  effect: 'create',
  summary: 'Tells one customer about deliveries of an order that have left, once.',
  input: z.strictObject({
    customer: id('customer'),
    order: id('sales_order'),
    deliveries: z.array(id('delivery')).min(1).max(50),
    shippedOn: date,
    /** Who carries them, and by what number the customer finds them there. */
    carrier: text(60).optional(),
    trackingNumber: text(40).optional(),
  }),
  output: writeOutput({
    announcement: z.string(),
    customer: z.string(),
    order: z.string(),
    deliveries: z.array(z.string()),
    shippedOn: date,
    /** When the mail went out. */
    sentAt: z.iso.datetime(),
  }),
  errors: ['NOT_FOUND', 'FIELD_TOO_LONG'],
  examples: [
    {
      input: { customer: '10100001', order: '1', deliveries: ['80000001', '80000002'], shippedOn: '2026-06-01' },
      output: {
        document: { id: 'S-5000001', number: 'S-5000001' },
        status: 'sent',
        version: '1',
        announcement: 'S-5000001',
        customer: '10100001',
        order: '1',
        deliveries: ['80000001', '80000002'],
        shippedOn: '2026-06-01',
        sentAt: '2026-06-01T09:30:00.000Z',
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  aboutOf: ({ order }) => `sales order ${order}`,
  irreversible: true,
  validate: ({ deliveries }) => {
    if (new Set(deliveries).size < deliveries.length)
      throw new CountersignError('INPUT_INVALID', 'A delivery is named twice.');
  },
  compare: (asked, actual): Comparison => ({
    ours:
      asked.customer === actual.customer &&
      asked.order === actual.order &&
      JSON.stringify(asked.deliveries) === JSON.stringify(actual.deliveries),
    deviations:
      asked.shippedOn === actual.shippedOn
        ? []
        : [{ path: 'shippedOn', requested: asked.shippedOn, actual: actual.shippedOn }],
    exceeds: false,
  }),
});
