import Big from 'big.js';
import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import { digitsOf } from '../shapes.ts';

const price = z.object({
  amount: z.string(),
  currency: z.string(),
  per: z.object({ quantity: z.string(), unit: z.string() }),
});

/** A price as a call or a system names it. */
export type Price = z.output<typeof price>;

/** What `get_purchase_history` tells of earlier prices. */
export const historySchema = z.object({
  entries: z.array(z.object({ orderDate: z.string().optional(), unitPrice: price })),
});

/** `EUR 45.00 per 10 C62` */
export const priceText = ({ amount, currency, per }: Price): string => {
  const exact = new Big(amount);
  const digits = Math.max(digitsOf(currency), exact.toFixed().split('.')[1]?.length ?? 0);
  return `${amountText(currency, exact.toFixed(digits))} per ${per.quantity} ${per.unit}`;
};

/** Price of one unit, exact as far as division can be. */
const ofOne = ({ amount, per }: Price): Big => new Big(amount).div(per.quantity);

/** How a price stands against earlier ones, the newest first. */
export interface PriceComparison {
  readonly words: string;
  /** Above every one of them. */
  readonly isHighest: boolean;
}

/** Compares a price with those of the last orders in the same currency and unit; undefined where there is none. */
export function compared(asked: Price, history: z.output<typeof historySchema>): PriceComparison | undefined {
  const earlier = history.entries
    .map(({ unitPrice }) => unitPrice)
    .filter(({ currency, per }) => currency === asked.currency && per.unit === asked.per.unit);
  const sorted = earlier.map(ofOne).toSorted((a, b) => a.cmp(b));
  const [last, lowest, highest] = [earlier[0], sorted[0], sorted.at(-1)];
  if (!last || !lowest || !highest) return undefined;
  const inItsTerms = (one: Big) => amountText(asked.currency, one.times(asked.per.quantity).toFixed(2));
  const range = lowest.eq(highest) ? inItsTerms(lowest) : `${inItsTerms(lowest)} to ${inItsTerms(highest)}`;
  return {
    words: `${difference(ofOne(asked), ofOne(last))} the last order; the last ${earlier.length} cost ${range}`,
    isHighest: ofOne(asked).gt(highest),
  };
}

function difference(asked: Big, last: Big): string {
  if (asked.eq(last)) return 'the same as';
  if (last.eq(0)) return 'no longer free as';
  const percent = asked.minus(last).div(last).times(100).round(1);
  return `${percent.abs().toFixed()} % ${asked.gt(last) ? 'above' : 'below'}`;
}
