import * as z from 'zod';
import type { Briefing, BriefingFacts } from '../../lib/core/approval/briefing.ts';
import type { Fact } from '../../lib/core/approval/dossier.ts';

const input = z.object({
  supplier: z.string(),
  currency: z.string(),
  note: z.string().optional(),
  lines: z.array(
    z.object({
      item: z.string(),
      quantity: z.object({ value: z.string(), unit: z.string() }),
      unitPrice: z.object({
        amount: z.string(),
        currency: z.string(),
        per: z.object({ quantity: z.string(), unit: z.string() }),
      }),
      deliveryDate: z.string(),
      site: z.string(),
    }),
  ),
});
type Order = z.output<typeof input>;

const supplier = z.object({
  name: z.string(),
  status: z.object({ purchasing: z.string(), posting: z.string(), payment: z.string() }),
  createdOn: z.string().optional(),
});
const quantity = z.object({ value: z.string(), unit: z.string() });
const stock = z.object({ onHand: quantity });
const supply = z.object({ totals: z.object({ ordered: quantity, requested: quantity }) });
const history = z.object({
  entries: z.array(
    z.object({
      orderDate: z.string(),
      supplier: z.string(),
      unitPrice: z.object({ amount: z.string(), currency: z.string(), per: quantityPer() }).optional(),
    }),
  ),
});

function quantityPer() {
  return z.object({ quantity: z.string(), unit: z.string() });
}

/** How a purchase order explains itself: the supplier and its blocks, the last prices, stock and open supply of the first item. */
export const purchaseOrderBriefing = (totalOf: (input: never) => string): Briefing => ({
  reads: (given) => {
    const order = input.parse(given);
    const { item, site } = firstOf(order);
    return {
      supplier: { contract: 'get_supplier', input: { supplier: order.supplier } },
      history: { contract: 'get_purchase_history', input: { item, limit: 5 } },
      stock: { contract: 'get_stock', input: { item, site } },
      supply: { contract: 'find_open_supply', input: { item, site } },
    };
  },
  dossier: (facts) => {
    const order = input.parse(facts.input);
    const amount = `${order.currency} ${totalOf(facts.input as never)}`;
    const known = supplier.safeParse(facts.answers['supplier']).data;
    const { item, quantity: pieces } = firstOf(order);
    return {
      action: `Order for ${amount}`,
      headline: `PO ${amount} - ${known?.name ?? order.supplier} - ${pieces.value} ${pieces.unit} ${item}`,
      facts: [...supplierFacts(order, facts), ...itemFacts(item, facts)],
      lineHeadings: ['Item', 'Quantity', 'Price', 'Delivery', 'Site'],
      lines: order.lines.map((line) => [
        line.item,
        `${line.quantity.value} ${line.quantity.unit}`,
        priceOf(line.unitPrice),
        line.deliveryDate,
        line.site,
      ]),
      next: 'The order is created in the ERP; whether it goes to the supplier at once is decided there.',
      undo: 'Until it is sent to the supplier or received.',
      ...(order.note !== undefined && { note: order.note }),
      material: known ? blocked(known) : {},
    };
  },
});

function supplierFacts({ supplier: id }: Order, { answers, asOf }: BriefingFacts): Fact[] {
  const known = supplier.safeParse(answers['supplier']).data;
  if (!known) return [{ label: 'Supplier', value: `${id} (the ERP did not answer)`, warning: true }];
  return [
    { label: 'Supplier', value: `${known.name} (${id})`, untrusted: true, asOf },
    ...(known.createdOn ? [{ label: 'Supplier since', value: known.createdOn, asOf }] : []),
    { label: 'Supplier blocked', value: isBlocked(known) ? 'yes' : 'no', warning: isBlocked(known), asOf },
  ];
}

function itemFacts(item: string, { answers, asOf }: BriefingFacts): Fact[] {
  const entries = history.safeParse(answers['history']).data?.entries ?? [];
  const prices = entries.flatMap(({ orderDate, unitPrice }) =>
    unitPrice ? [`${orderDate} ${priceOf(unitPrice)}`] : [],
  );
  const inStock = stock.safeParse(answers['stock']).data;
  const open = supply.safeParse(answers['supply']).data;
  return [
    { label: `Last prices of ${item}`, value: prices.join('; ') || 'not known', asOf },
    {
      label: `Stock of ${item}`,
      value: inStock ? `${inStock.onHand.value} ${inStock.onHand.unit}` : 'not known',
      asOf,
    },
    {
      label: 'Already ordered or requested',
      value: open
        ? `${open.totals.ordered.value} and ${open.totals.requested.value} ${open.totals.ordered.unit}`
        : 'not known',
      asOf,
    },
  ];
}

const isBlocked = ({ status }: z.output<typeof supplier>): boolean => Object.values(status).includes('blocked');
const blocked = (known: z.output<typeof supplier>): Record<string, string> => ({
  'supplier blocked': String(isBlocked(known)),
});
const priceOf = ({ amount, currency, per }: Order['lines'][number]['unitPrice']): string =>
  `${amount} ${currency} per ${per.quantity} ${per.unit}`;

function firstOf({ lines: [first] }: Order): Order['lines'][number] {
  if (!first) throw new Error('an order has a line');
  return first;
}
