import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { date, documentStatus, freshnessExample, id, readOutput, reportedQuantity, untrusted } from './shapes.ts';

const progress = z.enum(['not_relevant', 'not_started', 'partly', 'done']);

/** Reads an outbound delivery: what it delivers, and how far picking, goods issue and billing are. Throws `NOT_FOUND`. */
export const getDelivery = defineContract({
  name: 'get_delivery',
  effect: 'read',
  summary: 'Reads one outbound delivery: what it delivers, and how far picking, goods issue and billing are.',
  input: z.strictObject({ delivery: id('delivery') }),
  output: readOutput({
    delivery: z.string(),
    customer: z.string(),
    shippingPoint: z.string(),
    plannedGoodsIssueDate: date.optional(),
    status: documentStatus,
    picking: progress,
    goodsIssue: progress,
    /** When the goods left. */
    issuedOn: date.optional(),
    billing: progress,
    /** Whether another warehouse system posts its goods issue. */
    warehouseManaged: z.boolean(),
    lines: z.array(
      z.strictObject({
        line: z.string(),
        order: z.string(),
        orderLine: z.string(),
        item: z.string(),
        text: untrusted(),
        site: z.string(),
        batch: z.string().optional(),
        quantity: reportedQuantity,
      }),
    ),
  }),
  errors: ['NOT_FOUND', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { delivery: '80000002' },
      output: {
        delivery: '80000002',
        customer: '10100002',
        shippingPoint: '1010',
        plannedGoodsIssueDate: '2026-01-02',
        status: 'released',
        picking: 'not_started',
        goodsIssue: 'not_started',
        billing: 'not_started',
        warehouseManaged: false,
        lines: [
          {
            line: '10',
            order: '497',
            orderLine: '10',
            item: 'RM-6204',
            text: 'Deep groove ball bearing 6204',
            site: '1010',
            quantity: { value: '20', unit: 'C62' },
          },
        ],
        ...freshnessExample,
      },
    },
  ],
});
