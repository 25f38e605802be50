import Big from 'big.js';
import type * as z from 'zod';
import type { createCreditMemoRequest } from '../../../contracts/create-credit-memo-request.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { InvoiceLine } from '../billing/invoice.ts';
import type { Units } from '../units.ts';

type Asked = z.output<typeof createCreditMemoRequest.input>['lines'][number];

/** The gross of what is asked back of an invoice line, no less than the system will make of it. */
export function grossOf(asked: Asked, line: InvoiceLine, { currency, units }: { currency: string; units: Units }): Big {
  if ('amount' in asked) {
    if (asked.amount.currency === currency) return new Big(asked.amount.amount);
    throw new CountersignError('CURRENCY_DIFFERS', `The invoice is in ${currency}.`);
  }
  if (units.toSystem(asked.quantity.unit) !== line.unit)
    throw new CountersignError('UNIT_UNKNOWN', `Line ${line.line} was invoiced in ${units.toRec20(line.unit)}.`);
  if (new Big(asked.quantity.value).gt(line.quantity))
    throw new CountersignError('EXCEEDS_INVOICED', `Of line ${line.line} ${line.quantity} were invoiced.`);
  return line.gross.times(asked.quantity.value).div(line.quantity).round(digitsOf(currency), Big.roundUp);
}

/** The net amount whose gross, with the tax of an invoice line, is as near to a sum as can be and never more. Throws `PRICE_NOT_REPRESENTABLE`. */
export function netFor(gross: string, { net, tax }: InvoiceLine, currency: string): string {
  const digits = digitsOf(currency);
  if (new Big(tax).eq(0)) return new Big(gross).toFixed(digits);
  const step = new Big(10).pow(-digits);
  // The tax was rounded: its rate is no higher than this.
  const rate = new Big(tax).plus(step.div(2)).div(net);
  let part = new Big(gross).div(new Big(tax).div(net).plus(1)).round(digits, Big.roundHalfUp);
  while (part.plus(part.times(rate).round(digits, Big.roundHalfUp)).gt(gross)) part = part.minus(step);
  if (part.gt(0)) return part.toFixed(digits);
  throw new CountersignError(
    'PRICE_NOT_REPRESENTABLE',
    `${gross} ${currency} is too little to be credited with its tax.`,
  );
}
