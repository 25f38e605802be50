import Big from 'big.js';
import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { digitsOf } from '../shapes.ts';
import { type ExistingLine, lineMaterial, orderFacts, orderIn, orderRead, quantityText } from './existing-order.ts';
import { type Price, priceText } from './prices.ts';

const input = z.object({
  order: z.string(),
  line: z.string(),
  reason: z.string(),
  unitPrice: z.object({
    amount: z.string(),
    currency: z.string(),
    per: z.object({ quantity: z.string(), unit: z.string() }),
  }),
});

/** How the change of a price explains itself: the price and the value of the line, before and after. */
export const priceChangeBriefing = (): Briefing => ({
  reads: (given) => orderRead(input.parse(given).order),
  dossier: (facts) => {
    const { order, line, unitPrice, reason } = input.parse(facts.input);
    const known = orderIn(facts);
    const old = known?.lines.find((each) => each.line === line);
    const price = priceText(unitPrice);
    return {
      action: `Change a price to ${price}`,
      headline: `PO ${order} line ${line} - ${old ? `${priceText(old.unitPrice)} becomes ` : ''}${price}`,
      facts: orderFacts(order, known, facts.asOf),
      lineHeadings: [`Line ${line}`, 'Now', 'After'],
      lines: old ? comparison(old, unitPrice) : [['Price', 'not known', price]],
      next: 'The price is changed in the ERP, which may take its own release of the order away.',
      undo: 'By changing it back, until goods are received or an invoice is posted.',
      note: reason,
      material: old ? lineMaterial(old) : {},
    };
  },
});

function comparison(old: ExistingLine, asked: Price): string[][] {
  const after = worthAt(old, asked);
  return [
    ['Item', ...both(old.item ?? old.text)],
    ['Price', priceText(old.unitPrice), priceText(asked)],
    ['Value', amountText(old.unitPrice.currency, old.net), after ?? 'not known'],
    ['Ordered', ...both(quantityText(old.ordered))],
    ['Received', ...both(quantityText(old.received))],
    ['Invoiced', ...both(quantityText(old.invoiced))],
  ];
}

const both = (text: string): [string, string] => [text, text];

/** What the line is worth at another price; undefined where the price is for another unit than the quantity. */
function worthAt({ ordered }: ExistingLine, { amount, currency, per }: Price): string | undefined {
  if (ordered.unit !== per.unit) return undefined;
  const value = new Big(ordered.value).times(amount).div(per.quantity);
  return amountText(currency, value.toFixed(digitsOf(currency)));
}
