import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import type { BriefingFacts, BriefingRead } from '../../lib/core/approval/briefing.ts';
import type { Fact } from '../../lib/core/approval/dossier.ts';

const quantity = z.object({ value: z.string(), unit: z.string() });
const line = z.object({
  line: z.string(),
  item: z.string().optional(),
  text: z.string(),
  ordered: quantity,
  unitPrice: z.object({
    amount: z.string(),
    currency: z.string(),
    per: z.object({ quantity: z.string(), unit: z.string() }),
  }),
  net: z.string(),
  received: quantity,
  invoiced: quantity,
  cancelled: z.boolean(),
});
const order = z.object({
  supplier: z.string(),
  orderDate: z.string().optional(),
  currency: z.string(),
  net: z.string(),
  status: z.string(),
  sentToSupplier: z.string(),
  lines: z.array(line),
});

/** An order as `get_purchase_order` tells it. */
export type ExistingOrder = z.output<typeof order>;
/** One line of it. */
export type ExistingLine = ExistingOrder['lines'][number];

/** The read of the order that a change is about: an approval stands on it. */
export const orderRead = (id: string): { readonly order: BriefingRead } => ({
  order: { contract: 'get_purchase_order', input: { order: id }, material: true },
});

/** The order in the answer; undefined where the system did not answer. */
export const orderIn = ({ answers }: BriefingFacts): ExistingOrder | undefined =>
  order.safeParse(answers['order']).data;

/** What the order is, as the system keeps it now. */
export function orderFacts(id: string, known: ExistingOrder | undefined, asOf: number): Fact[] {
  if (!known) return [{ label: 'Order', value: `${id} (the ERP did not answer)`, warning: true }];
  const { orderDate, supplier, currency, net, status, sentToSupplier } = known;
  return [
    { label: 'Order', value: orderDate === undefined ? id : `${id} of ${orderDate}`, asOf },
    { label: 'Supplier', value: supplier, asOf },
    { label: 'Net value now', value: amountText(currency, net), asOf },
    { label: 'State in the ERP', value: status.replaceAll('_', ' '), asOf },
    {
      label: 'The supplier has it',
      value: sentToSupplier === 'unknown' ? 'the ERP does not tell' : sentToSupplier,
      asOf,
      ...(sentToSupplier === 'yes' && { warning: true }),
    },
  ];
}

/** `200 C62` */
export const quantityText = ({ value, unit }: ExistingLine['ordered']): string => `${value} ${unit}`;

/** What must not move under an approval of a change of a line: its price, and what was received and invoiced of it. */
export const lineMaterial = ({ line: name, unitPrice, received, invoiced }: ExistingLine): Record<string, string> => ({
  [`line ${name}: price`]: `${unitPrice.amount} ${unitPrice.currency} per ${unitPrice.per.quantity} ${unitPrice.per.unit}`,
  [`line ${name}: received`]: quantityText(received),
  [`line ${name}: invoiced`]: quantityText(invoiced),
});
