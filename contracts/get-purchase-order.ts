import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import {
  currency,
  date,
  documentStatus,
  erpRelease,
  freshnessExample,
  id,
  readOutput,
  reportedPrice,
  reportedQuantity,
  sentToSupplier,
  untrusted,
} from './shapes.ts';

const accountAssignment = z.strictObject({
  kind: z.enum(['cost_center', 'wbs', 'order', 'sales_order', 'asset']),
  id: z.string(),
  /** Percent of the line; absent where the line has one assignment. */
  share: z.string().optional(),
});

const line = z.strictObject({
  line: z.string(),
  /** Absent on lines that only have a text. */
  item: z.string().optional(),
  text: untrusted(),
  site: z.string(),
  ordered: reportedQuantity,
  unitPrice: reportedPrice,
  net: z.string(),
  taxCode: z.string().optional(),
  deliveries: z.array(z.strictObject({ date: date.optional(), quantity: reportedQuantity })),
  received: reportedQuantity,
  invoiced: reportedQuantity,
  tolerance: z.strictObject({ overPercent: z.string(), underPercent: z.string(), unlimited: z.boolean() }),
  deliveryComplete: z.boolean(),
  finalInvoice: z.boolean(),
  accountAssignment: z.array(accountAssignment),
  requisition: z.strictObject({ requisition: z.string(), line: z.string() }).optional(),
  cancelled: z.boolean(),
});

/** Reads a purchase order as the system keeps it: `version` is what a change of it compares. Throws `NOT_FOUND`. */
export const getPurchaseOrder = defineContract({
  name: 'get_purchase_order',
  effect: 'read',
  summary: 'Reads one purchase order: lines, prices, deliveries, what was received and invoiced, and its release.',
  input: z.strictObject({ order: id('purchase_order') }),
  output: readOutput({
    order: z.string(),
    supplier: z.string(),
    orderDate: date.optional(),
    currency,
    net: z.string(),
    status: documentStatus,
    erpRelease,
    sentToSupplier,
    references: z.strictObject({ ours: untrusted().optional(), theirs: untrusted().optional() }),
    lines: z.array(line),
  }),
  errors: ['NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { order: '4500000001' },
      output: {
        order: '4500000001',
        supplier: '17300001',
        orderDate: '2026-01-05',
        currency: 'EUR',
        net: '900.00',
        status: 'partly_fulfilled',
        erpRelease: { state: 'not_required' },
        sentToSupplier: 'unknown',
        references: {},
        lines: [
          {
            line: '10',
            item: 'RM-6204',
            text: 'Deep groove ball bearing 6204',
            site: '1010',
            ordered: { value: '200', unit: 'C62' },
            unitPrice: { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
            net: '900.00',
            deliveries: [{ date: '2026-02-01', quantity: { value: '200', unit: 'C62' } }],
            received: { value: '120', unit: 'C62' },
            invoiced: { value: '0', unit: 'C62' },
            tolerance: { overPercent: '0', underPercent: '0', unlimited: false },
            deliveryComplete: false,
            finalInvoice: false,
            accountAssignment: [],
            cancelled: false,
          },
        ],
        ...freshnessExample,
      },
    },
  ],
});
