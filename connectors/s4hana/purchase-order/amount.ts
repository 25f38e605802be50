import Big from 'big.js';
import { digitsOf } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { OrderLine } from './order.ts';

/** Net value of a line as a decimal string: the system's own where it tells, else price times quantity in price units. */
export function netOf(line: OrderLine): string {
  const { quantity, price, priceQuantity, ratio, currency } = line;
  const computed = () =>
    new Big(quantity).times(ratio.numerator).times(price).div(new Big(ratio.denominator).times(priceQuantity));
  const net = line.deletionCode === 'L' ? new Big(0) : line.net === undefined ? computed() : new Big(line.net);
  return net.toFixed(digitsOf(currency));
}

/** Net value of an order: S/4HANA's services have no total on the header. */
export const netTotal = (lines: readonly OrderLine[], currency: string): string =>
  lines.reduce((sum, line) => sum.plus(netOf(line)), new Big(0)).toFixed(digitsOf(currency));

interface Price {
  readonly amount: string;
  readonly currency: string;
  readonly per: { readonly quantity: string };
}

/** Most digits of `NetPriceAmount` and `NetPriceQuantity` (Decimal 12,3 and 5,0; the amount has the currency's digits). */
const most = { amount: new Big('999999999'), quantity: new Big('99999') };

/**
 * A price as S/4HANA keeps it: an amount with the currency's digits for a whole number of units.
 * 0.0123 per 1 becomes 1.23 per 100. Throws `PRICE_NOT_REPRESENTABLE`, never rounds.
 */
export function systemPrice({ amount, currency, per }: Price): { amount: string; quantity: string } {
  const digits = digitsOf(currency);
  for (const factor of [1, 10, 100, 1_000, 10_000]) {
    const scaled = new Big(amount).times(factor);
    const quantity = new Big(per.quantity).times(factor);
    const isExact = scaled.eq(scaled.round(digits)) && quantity.eq(quantity.round());
    if (isExact && scaled.lte(most.amount) && quantity.lte(most.quantity))
      return { amount: scaled.toFixed(digits), quantity: quantity.toFixed() };
  }
  throw new CountersignError(
    'PRICE_NOT_REPRESENTABLE',
    `The system keeps prices in ${currency} with ${digits} decimals for at most ${most.quantity} units.`,
  );
}
