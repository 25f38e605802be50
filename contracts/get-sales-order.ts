import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import {
  currency,
  date,
  documentStatus,
  freshnessExample,
  id,
  readOutput,
  reportedQuantity,
  untrusted,
} from './shapes.ts';

const block = z.strictObject({ kind: z.enum(['delivery', 'billing', 'credit']), code: z.string() });

const line = z.strictObject({
  line: z.string(),
  item: z.string(),
  text: untrusted(),
  site: z.string(),
  ordered: reportedQuantity,
  confirmed: z.array(z.strictObject({ date: date.optional(), quantity: reportedQuantity })),
  delivered: reportedQuantity,
  /** What is neither delivered nor rejected. */
  open: reportedQuantity,
  billing: z.enum(['not_relevant', 'open', 'partly_billed', 'billed']),
  /** Code of the reason why the line was rejected. */
  rejectedReason: z.string().optional(),
  net: z.string(),
});

/** Reads a sales order: what was confirmed, delivered and billed, and what blocks it. Throws `NOT_FOUND`. */
export const getSalesOrder = defineContract({
  name: 'get_sales_order',
  effect: 'read',
  summary: 'Reads one sales order: what was confirmed, delivered and billed of each line, and what blocks the order.',
  input: z.strictObject({ order: id('sales_order') }),
  output: readOutput({
    order: z.string(),
    customer: z.string(),
    customerReference: untrusted().optional(),
    orderDate: date.optional(),
    requestedDate: date.optional(),
    currency,
    net: z.string(),
    tax: z.string().optional(),
    gross: z.string().optional(),
    blocks: z.array(block),
    status: documentStatus,
    lines: z.array(line),
  }),
  errors: ['NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { order: '1' },
      output: {
        order: '1',
        customer: '10100001',
        customerReference: 'PO 7781',
        orderDate: '2026-01-02',
        requestedDate: '2026-01-20',
        currency: 'EUR',
        net: '1250.00',
        blocks: [{ kind: 'delivery', code: '01' }],
        status: 'released',
        lines: [
          {
            line: '10',
            item: 'FG-1001',
            text: 'Conveyor roller 50',
            site: '1010',
            ordered: { value: '50', unit: 'C62' },
            confirmed: [{ date: '2026-01-20', quantity: { value: '50', unit: 'C62' } }],
            delivered: { value: '0', unit: 'C62' },
            open: { value: '50', unit: 'C62' },
            billing: 'open',
            net: '1250.00',
          },
        ],
        ...freshnessExample,
      },
    },
  ],
});
