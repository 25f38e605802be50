import Big from 'big.js';
import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { itemFacts, itemReads, knownOf } from './item-facts.ts';
import { priceText } from './prices.ts';
import { supplierFacts, supplierIn, supplierMaterial } from './supplier-facts.ts';

const line = z.object({
  item: z.string(),
  quantity: z.object({ value: z.string(), unit: z.string() }),
  unitPrice: z.object({
    amount: z.string(),
    currency: z.string(),
    per: z.object({ quantity: z.string(), unit: z.string() }),
  }),
  deliveryDate: z.string(),
  site: z.string(),
  budgetAllocation: z.string().optional(),
});
const input = z.object({
  supplier: z.string(),
  currency: z.string(),
  requester: z.string().optional(),
  note: z.string().optional(),
  budgetAllocation: z.string().optional(),
  lines: z.tuple([line], line),
});
type Order = z.output<typeof input>;
type Line = Order['lines'][number];

/** How a purchase order explains itself: the supplier and its blocks, prices against the last ones, stock and open supply. */
export const purchaseOrderBriefing = (totalOf: (order: never) => string): Briefing => ({
  reads: (given) => {
    const order = input.parse(given);
    return {
      supplier: { contract: 'get_supplier', input: { supplier: order.supplier }, material: true },
      ...itemReads(byValue(order)),
    };
  },
  dossier: (facts) => {
    const order = input.parse(facts.input);
    const amount = amountText(order.currency, totalOf(facts.input as never));
    const known = supplierIn(facts);
    const { item, quantity, ...main } = byValue(order)[0];
    const others = order.lines.length > 1 ? ` and ${order.lines.length - 1} more` : '';
    return {
      action: `Order for ${amount}`,
      headline: `PO ${amount} - ${known?.name ?? order.supplier} - ${quantity.value} ${quantity.unit} ${item}${others}`,
      facts: [
        ...supplierFacts(order.supplier, facts),
        ...itemFacts({ item, ...main }, facts),
        ...allocationsOf(order).map((value) => ({ label: 'Budget allocation', value })),
        ...(order.requester === undefined ? [] : [{ label: 'Requested by', value: order.requester, untrusted: true }]),
      ],
      lineHeadings: ['Item', 'Quantity', 'Price', 'Against the last orders', 'Stock', 'On its way', 'Delivery', 'Site'],
      lines: order.lines.map((each) => {
        const about = knownOf(each, facts);
        const asked = [each.item, `${each.quantity.value} ${each.quantity.unit}`, priceText(each.unitPrice)];
        return [...asked, about.price, about.stock, about.supply, each.deliveryDate, each.site];
      }),
      next: 'The order is created in the ERP; whether it goes to the supplier at once is decided there.',
      undo: 'Until it is sent to the supplier or received.',
      ...(order.note !== undefined && { note: order.note }),
      material: supplierMaterial(known),
    };
  },
});

/** What it uses up of budgets: each allocation once. */
const allocationsOf = ({ lines, budgetAllocation }: Order): readonly string[] => [
  ...new Set(lines.flatMap((each) => each.budgetAllocation ?? budgetAllocation ?? [])),
];

/** The lines, the most expensive first: that is the one to look at. */
function byValue({ lines: [first, ...others] }: Order): readonly [Line, ...Line[]] {
  const sorted = [first, ...others].toSorted((a, b) => netOf(b).cmp(netOf(a)));
  return [sorted[0] ?? first, ...sorted.slice(1)];
}

const netOf = ({ quantity, unitPrice }: Line): Big =>
  new Big(quantity.value).times(unitPrice.amount).div(unitPrice.per.quantity);
