import Big from 'big.js';
import type { Credit } from './credits.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';

/** What is left of an invoice, tax included. */
export interface Refundable {
  /** By line, in their order: what is credited of it, and what was invoiced less that. */
  readonly lines: readonly { readonly credited: Big; readonly left: Big }[];
  /** What was paid less every credit; never below zero. */
  readonly paidLeft: Big;
}

const zero = new Big(0);
const positive = (amount: Big): Big => (amount.lt(0) ? zero : amount);

/** Smaller of two amounts. */
export const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);

/** Invoiced less posted credits less open requests, line by line; and what was paid less all of them. */
export function refundableOf(invoice: Invoice, credits: readonly Credit[], paid: Big): Refundable {
  const lines = invoice.lines.map((line) => {
    const credited = credits
      .filter((credit) => isOf(credit, invoice, line))
      // A credit in another currency cannot be taken off: then nothing of the line is left.
      .reduce((sum, { gross, currency }) => sum.plus(currency === invoice.currency ? gross : line.gross), zero);
    return { credited, left: positive(line.gross.minus(credited)) };
  });
  const credited = lines.reduce((sum, line) => sum.plus(line.credited), zero);
  return { lines, paidLeft: positive(paid.minus(credited)) };
}

const isOf = ({ of, line }: Credit, { id }: Invoice, invoiced: InvoiceLine): boolean =>
  (of === id && line === invoiced.line) || (of === invoiced.order && line === invoiced.orderLine);
