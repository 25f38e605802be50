import Big from 'big.js';
import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { deliveryBriefing } from './briefings/shipping.ts';
import { reverseOutboundDelivery } from './reverse-outbound-delivery.ts';
import { date, id, quantity, reportedQuantity, writeOutput } from './shapes.ts';

const input = z.strictObject({
  order: id('sales_order'),
  /** All that is due and confirmed unless told. */
  lines: z
    .array(z.strictObject({ line: id('line'), quantity }))
    .min(1)
    .max(100)
    .optional(),
  /** Whether less than that will do; else it is refused where the stock does not cover it. */
  allowPartial: z.boolean().default(false),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: z.string().min(1).max(64).optional(),
});

const delivery = z.strictObject({
  delivery: z.string(),
  shippingPoint: z.string(),
  plannedGoodsIssueDate: date.optional(),
  lines: z.array(
    z.strictObject({ line: z.string(), orderLine: z.string(), item: z.string(), quantity: reportedQuantity }),
  ),
});

const output = writeOutput({
  order: z.string(),
  /** One or more: the system splits what does not leave together. */
  deliveries: z.array(delivery).min(1),
  /** What is confirmed and stands in no delivery. */
  undelivered: z.array(z.strictObject({ orderLine: z.string(), quantity: reportedQuantity })),
});

type Output = z.output<typeof output>;

/**
 * Creates the deliveries of a sales order. Throws `NOT_FOUND`, `DELIVERY_BLOCKED`, `CREDIT_BLOCKED`, `NOTHING_DUE`,
 * `INSUFFICIENT_STOCK`, `PARTIAL_NOT_ALLOWED`.
 */
export const createOutboundDelivery = defineContract({
  name: 'create_outbound_delivery',
  effect: 'create',
  summary:
    'Creates the outbound deliveries of what is due of a sales order, once in effect; one order may make several.',
  input,
  output,
  errors: [
    'NOT_FOUND',
    'DELIVERY_BLOCKED',
    'CREDIT_BLOCKED',
    'NOTHING_DUE',
    'INSUFFICIENT_STOCK',
    'PARTIAL_NOT_ALLOWED',
    'UNIT_UNKNOWN',
    'DOCUMENT_LOCKED',
    'POSSIBLE_DUPLICATE',
  ],
  examples: [
    {
      input: { order: '496' },
      output: {
        document: { id: '80000010', number: '80000010' },
        status: 'released',
        version: 'b7c1',
        order: '496',
        deliveries: [
          {
            delivery: '80000010',
            shippingPoint: '1010',
            plannedGoodsIssueDate: '2026-01-15',
            lines: [{ line: '10', orderLine: '10', item: 'RM-6204', quantity: { value: '20', unit: 'C62' } }],
          },
          {
            delivery: '80000011',
            shippingPoint: '1020',
            plannedGoodsIssueDate: '2026-01-15',
            lines: [{ line: '10', orderLine: '20', item: 'RM-6204', quantity: { value: '10', unit: 'C62' } }],
          },
        ],
        undelivered: [],
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
    {
      input: { order: '496', lines: [{ line: '10', quantity: { value: '5', unit: 'C62' } }] },
      output: {
        document: { id: '80000010', number: '80000010' },
        status: 'released',
        version: 'b7c1',
        order: '496',
        deliveries: [
          {
            delivery: '80000010',
            shippingPoint: '1010',
            lines: [{ line: '10', orderLine: '10', item: 'RM-6204', quantity: { value: '5', unit: 'C62' } }],
          },
        ],
        undelivered: [{ orderLine: '10', quantity: { value: '15', unit: 'C62' } }],
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  aboutOf: ({ order }) => `sales order ${order}`,
  validate: ({ lines = [] }) => {
    if (new Set(lines.map(({ line }) => line)).size < lines.length)
      throw new CountersignError('INPUT_INVALID', 'A line of the order is named twice.');
  },
  briefing: deliveryBriefing,
  datedWhenSent: true,
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  businessKey: ({ order, lines = [] }) =>
    JSON.stringify([order, lines.map((each) => [each.line, each.quantity.value, each.quantity.unit]).sort()]),
  undoneBy: {
    contract: reverseOutboundDelivery,
    inputFor: ({ output: { deliveries } }) => ({
      deliveries: deliveries.map((each) => each.delivery),
      reason: 'What it was part of failed.',
    }),
  },
  compare: (asked, actual): Comparison => {
    const sums = deliveredOf(actual);
    const isAsked = (line: string) => asked.lines?.some((each) => each.line === line) ?? true;
    const ours = asked.order === actual.order && [...sums.keys()].every(isAsked);
    const lines = asked.lines ?? [];
    const deviations: Deviation[] = lines.flatMap(({ line, quantity: { value } }, n) => {
      const delivered = sums.get(line) ?? new Big(0);
      return delivered.eq(value)
        ? []
        : [{ path: `lines.${n}.quantity.value`, requested: value, actual: delivered.toFixed() }];
    });
    const exceeds = lines.some(({ line, quantity: { value } }) => sums.get(line)?.gt(value));
    return { ours, deviations: ours ? deviations : [], exceeds };
  },
});

/** What all deliveries together take of each line of the order. */
function deliveredOf({ deliveries }: Output): Map<string, Big> {
  const sums = new Map<string, Big>();
  for (const { orderLine, quantity: taken } of deliveries.flatMap((each) => each.lines))
    sums.set(orderLine, (sums.get(orderLine) ?? new Big(0)).plus(taken.value));
  return sums;
}
