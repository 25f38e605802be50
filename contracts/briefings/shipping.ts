import * as z from 'zod';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import type { Fact } from '../../lib/core/approval/dossier.ts';
import type { getDelivery } from '../get-delivery.ts';
import type { getSalesOrder } from '../get-sales-order.ts';

const quantity = z.object({ value: z.string(), unit: z.string() });
const quantityText = ({ value, unit }: z.output<typeof quantity>): string => `${value} ${unit}`;

const customerFact = (customer: string | undefined, asOf: number): Fact =>
  customer === undefined
    ? { label: 'Customer', value: 'unknown (the ERP did not answer)', warning: true }
    : { label: 'Customer', value: customer, asOf };

const deliveryInput = z.object({
  order: z.string(),
  lines: z.array(z.object({ line: z.string(), quantity })).optional(),
  allowPartial: z.boolean(),
});
const knownOrder = z.object({
  customer: z.string(),
  requestedDate: z.string().optional(),
  blocks: z.array(z.object({ kind: z.string(), code: z.string() })),
  lines: z.array(z.object({ line: z.string(), item: z.string(), site: z.string(), ordered: quantity, open: quantity })),
});

/** How deliveries explain themselves: what the order still wants. */
export const deliveryBriefing = (): Briefing => ({
  reads: (given) => {
    const contract: (typeof getSalesOrder)['name'] = 'get_sales_order';
    return { order: { contract, input: { order: deliveryInput.parse(given).order }, material: true } };
  },
  dossier: (facts) => {
    const { order: id, lines, allowPartial } = deliveryInput.parse(facts.input);
    const order = knownOrder.safeParse(facts.answers['order']).data;
    const asked = (line: string) => lines?.find((each) => each.line === line)?.quantity;
    const concerned = order?.lines.filter(({ line }) => lines === undefined || asked(line)) ?? [];
    return {
      action: `Deliver sales order ${id}`,
      headline: `Delivery - sales order ${id} - customer ${order?.customer ?? 'unknown'}`,
      facts: [
        customerFact(order?.customer, facts.asOf),
        { label: 'Wanted on', value: order?.requestedDate ?? 'no date is known', asOf: facts.asOf },
        { label: 'Less than that', value: allowPartial ? 'will do' : 'is refused' },
        ...(order?.blocks ?? []).map(({ kind, code }) => ({
          label: `Block: ${kind}`,
          value: code,
          warning: true,
          asOf: facts.asOf,
        })),
      ],
      lineHeadings: ['Line', 'Item', 'Site', 'To be delivered', 'Open', 'Ordered'],
      lines: concerned.map(({ line, item, site, ordered, open }) => {
        const named = asked(line);
        return [
          line,
          item,
          site,
          named ? quantityText(named) : 'what is due',
          quantityText(open),
          quantityText(ordered),
        ];
      }),
      next: 'The deliveries are created in the ERP, and the warehouse begins to pick them.',
      undo: 'Until the warehouse has begun, by deleting them.',
      material: Object.fromEntries(concerned.map(({ line, open }) => [`open of line ${line}`, quantityText(open)])),
    };
  },
});

const issueInput = z.object({ delivery: z.string() });
const knownDelivery = z.object({
  customer: z.string(),
  picking: z.string(),
  goodsIssue: z.string(),
  lines: z.array(
    z.object({ line: z.string(), order: z.string(), item: z.string(), batch: z.string().optional(), quantity }),
  ),
});

/** How a goods issue explains itself: what leaves. */
export const goodsIssueBriefing = (): Briefing => ({
  reads: (given) => {
    const contract: (typeof getDelivery)['name'] = 'get_delivery';
    return { delivery: { contract, input: issueInput.parse(given), material: true } };
  },
  dossier: (facts) => {
    const { delivery: id } = issueInput.parse(facts.input);
    const delivery = knownDelivery.safeParse(facts.answers['delivery']).data;
    return {
      action: `Post the goods issue of delivery ${id}`,
      headline: `Goods issue - delivery ${id} - customer ${delivery?.customer ?? 'unknown'}`,
      facts: [
        customerFact(delivery?.customer, facts.asOf),
        { label: 'Picking', value: delivery?.picking.replaceAll('_', ' ') ?? 'unknown', asOf: facts.asOf },
      ],
      lineHeadings: ['Line', 'Sales order', 'Item', 'Batch', 'Quantity'],
      lines: (delivery?.lines ?? []).map((each) => [
        ...[each.line, each.order, each.item, each.batch ?? '', quantityText(each.quantity)],
      ]),
      next: 'Stock and books say that the goods have left; they can be billed.',
      undo: 'By a reversal, as long as the goods are still there and nothing is billed.',
      material: Object.fromEntries([
        ['goods issue', delivery?.goodsIssue ?? 'unknown'],
        ...(delivery?.lines ?? []).map((each) => [`line ${each.line}`, quantityText(each.quantity)]),
      ]),
    };
  },
});
