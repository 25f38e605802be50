import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { cancellationBriefing } from './briefings/cancellation.ts';
import { id, text, version, writeOutput } from './shapes.ts';

/**
 * Cancels a purchase order or one line of it, for good. Throws `STALE_STATE`, `PURCHASE_ORDER_RECEIVED`, `PURCHASE_ORDER_INVOICED`,
 * `UNSUPPORTED_BY_SYSTEM` for several lines that are not the whole order where the system cannot cancel them in one step.
 */
export const cancelPurchaseOrder = defineContract({
  name: 'cancel_purchase_order',
  effect: 'update',
  summary: 'Cancels one purchase order, or one line of it, of which nothing was received or invoiced.',
  input: z.strictObject({
    order: id('purchase_order'),
    /** All lines unless told. */
    lines: z.array(id('line')).min(1).max(100).optional(),
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({
    cancelledLines: z.array(z.string()),
    remainingLines: z.array(z.string()),
    /** Whether the supplier may have the order and has to be told by a person. */
    supplierMustBeTold: z.boolean(),
  }),
  errors: [
    'NOT_FOUND',
    'STALE_STATE',
    'PURCHASE_ORDER_RECEIVED',
    'PURCHASE_ORDER_INVOICED',
    'DOCUMENT_LOCKED',
    'UNSUPPORTED_BY_SYSTEM',
  ],
  examples: [
    {
      input: { order: '4500000298', reason: 'Ordered twice' },
      output: {
        document: { id: '4500000298', number: '4500000298' },
        status: 'cancelled',
        version: 'c8d2',
        cancelledLines: ['10', '20', '30', '40'],
        remainingLines: [],
        supplierMustBeTold: true,
        deviations: [],
      },
    },
    {
      input: { order: '4500000284', lines: ['20'], reason: 'No longer needed', expectedVersion: 'b7c1' },
      output: {
        document: { id: '4500000284', number: '4500000284' },
        status: 'released',
        version: 'd9e3',
        cancelledLines: ['20'],
        remainingLines: ['10'],
        supplierMustBeTold: true,
        deviations: [],
      },
    },
  ],
  aboutOf: ({ order }) => `purchase order ${order}`,
  cancelledParts: ({ cancelledLines, remainingLines }) => (remainingLines.length === 0 ? 'all' : cancelledLines),
  briefing: cancellationBriefing,
  businessKey: ({ order, lines = [] }) => JSON.stringify([order, [...lines].sort()]),
});
