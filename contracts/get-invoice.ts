import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { currency, date, freshnessExample, id, readOutput, reportedQuantity, untrusted } from './shapes.ts';

const line = z.strictObject({
  line: z.string(),
  order: z.string(),
  orderLine: z.string(),
  item: z.string(),
  text: untrusted(),
  quantity: reportedQuantity,
  net: z.string(),
  tax: z.string(),
  gross: z.string(),
  /** Gross of everything that was credited of it, or is requested to be, whoever did it. */
  credited: z.string(),
  /** Gross that can still be credited: what was invoiced less what is credited, and no more than what was paid. */
  refundable: z.string(),
});

const invoice = z.strictObject({
  invoice: z.string(),
  customer: z.string(),
  date: date.optional(),
  currency,
  net: z.string(),
  tax: z.string(),
  gross: z.string(),
  /** Whether accounting has cleared what the customer owes. */
  status: z.enum(['open', 'partly_cleared', 'cleared']),
  /** What the customer has paid of it, discounts not counted. */
  paid: z.string(),
  refundable: z.string(),
  lines: z.array(line),
});

const credit = z.strictObject({
  document: z.string(),
  kind: z.enum(['request', 'credit_memo']),
  invoice: z.string().optional(),
  /** Of the invoice, or else of the order. */
  line: z.string(),
  gross: z.string(),
  currency,
  state: z.enum(['requested', 'posted', 'cancelled']),
});

/** Reads the invoices of an order, or one invoice: what was paid, what was credited and what can still be credited. Throws `NOT_FOUND`, `NOT_INVOICED`. */
export const getInvoice = defineContract({
  name: 'get_invoice',
  effect: 'read',
  summary: 'Reads one invoice, or all of one sales order: what was paid and credited, and what can still be credited.',
  input: z
    .strictObject({ invoice: id('invoice').optional(), order: id('sales_order').optional() })
    .refine(({ invoice: one, order }) => (one === undefined) !== (order === undefined), {
      message: 'give either an invoice or an order',
      path: ['invoice'],
    }),
  output: readOutput({ invoices: z.array(invoice), credited: z.array(credit) }),
  errors: ['NOT_FOUND', 'NOT_INVOICED', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { order: '495' },
      output: {
        invoices: [
          {
            invoice: '90000001',
            customer: '10100002',
            date: '2026-01-03',
            currency: 'EUR',
            net: '2500.00',
            tax: '475.00',
            gross: '2975.00',
            status: 'cleared',
            paid: '2975.00',
            refundable: '2963.10',
            lines: [
              {
                line: '10',
                order: '495',
                orderLine: '10',
                item: 'FG-1001',
                text: 'Conveyor roller 50',
                quantity: { value: '100', unit: 'C62' },
                net: '2500.00',
                tax: '475.00',
                gross: '2975.00',
                credited: '11.90',
                refundable: '2963.10',
              },
            ],
          },
        ],
        credited: [
          {
            document: '60000001',
            kind: 'request',
            invoice: '90000001',
            line: '10',
            gross: '11.90',
            currency: 'EUR',
            state: 'requested',
          },
        ],
        ...freshnessExample,
      },
    },
    {
      input: { invoice: '90000002' },
      output: { invoices: [], credited: [], ...freshnessExample },
    },
  ],
});
