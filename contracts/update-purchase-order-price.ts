import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { priceChangeBriefing } from './briefings/price-change.ts';
import { amounts, erpRelease, id, reportedPrice, text, unitPrice, version, writeOutput } from './shapes.ts';

/**
 * Changes the price of one line. Reversible to the old price only while nobody touched the order since.
 * Throws `STALE_STATE`, `PRICE_FROM_CONTRACT`, `GOODS_RECEIVED`, `PURCHASE_ORDER_INVOICED`, `PURCHASE_ORDER_CANCELLED`.
 */
export const updatePurchaseOrderPrice = defineContract({
  name: 'update_purchase_order_price',
  effect: 'update',
  summary: 'Changes the net price of one line of a purchase order of which nothing was received or invoiced.',
  input: z.strictObject({
    order: id('purchase_order'),
    line: id('line'),
    unitPrice,
    reason: text(200),
    expectedVersion: version.optional(),
  }),
  output: writeOutput({
    line: z.string(),
    unitPrice: reportedPrice,
    before: z.strictObject({ unitPrice: reportedPrice }),
    amounts,
    erpRelease,
    /** The change took the system's own release away. */
    erpReleaseReset: z.boolean(),
  }),
  errors: [
    'NOT_FOUND',
    'STALE_STATE',
    'PRICE_FROM_CONTRACT',
    'PRICE_NOT_REPRESENTABLE',
    'GOODS_RECEIVED',
    'PURCHASE_ORDER_INVOICED',
    'PURCHASE_ORDER_CANCELLED',
    'CURRENCY_NOT_ALLOWED',
    'UNIT_UNKNOWN',
    'DOCUMENT_LOCKED',
  ],
  examples: [
    {
      input: {
        order: '4500000284',
        line: '10',
        unitPrice: { amount: '18.10', currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
        reason: 'Agreed by telephone on 12 January',
      },
      output: {
        document: { id: '4500000284', number: '4500000284' },
        status: 'released',
        version: 'c8d2',
        line: '10',
        unitPrice: { amount: '18.1', currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
        before: { unitPrice: { amount: '18.35', currency: 'EUR', per: { quantity: '1', unit: 'C62' } } },
        amounts: { net: '2179.80', currency: 'EUR', source: 'erp' },
        erpRelease: { state: 'not_required' },
        erpReleaseReset: false,
        deviations: [],
      },
    },
  ],
  aboutOf: ({ order }) => `purchase order ${order}`,
  briefing: priceChangeBriefing,
  businessKey: ({ order, line }) => JSON.stringify([order, line]),
});
