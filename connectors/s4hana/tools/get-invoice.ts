import Big from 'big.js';
import { getInvoice } from '../../../contracts/get-invoice.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { type Credit, creditsOf } from '../billing/credits.ts';
import { existingInvoice, type Invoice, invoicesOfOrder } from '../billing/invoice.ts';
import { paidOf } from '../billing/paid.ts';
import { refundableOf, smaller } from '../billing/refundable.ts';
import type { S4hanaClient } from '../client.ts';

/** `get_invoice` from billing documents, credit memo requests and the items of accounting. */
export default implement(getInvoice, {
  run: async ({ invoice, order }, call: Call<S4hanaClient>) => {
    const { client } = call;
    const invoices =
      invoice === undefined
        ? await invoicesOfOrder(client, order ?? '', call)
        : [await existingInvoice(client, invoice, call)];
    if (invoices.length === 0) throw new CountersignError('NOT_INVOICED', `Nothing of order ${order} was invoiced.`);
    const credits = await creditsOf(client, invoices, call);
    const paid = await Promise.all(invoices.map((each) => paidOf(client, each, call)));
    const isInvoice = (id: string) => invoices.some((each) => each.id === id);
    return {
      invoices: invoices.map((each, n) => invoiceOf(each, { credits, paid: paid[n] ?? new Big(0), client })),
      credited: credits.map(({ of, gross, currency, ...credit }) => ({
        ...credit,
        ...(isInvoice(of) && { invoice: of }),
        gross: gross.toFixed(digitsOf(currency)),
        currency,
      })),
    };
  },
});

const clearing = { A: 'open', B: 'partly_cleared', C: 'cleared' } as const;
const isClearing = (status: string): status is keyof typeof clearing => status in clearing;

function invoiceOf(
  invoice: Invoice,
  { credits, paid, client }: { readonly credits: readonly Credit[]; readonly paid: Big; readonly client: S4hanaClient },
) {
  const { currency, net, tax } = invoice;
  const money = (amount: Big | string) => new Big(amount).toFixed(digitsOf(currency));
  const { lines, paidLeft } = refundableOf(invoice, credits, paid);
  const left = lines.reduce((sum, line) => sum.plus(line.left), new Big(0));
  return {
    invoice: invoice.id,
    customer: invoice.customer,
    ...(invoice.date && { date: invoice.date }),
    currency,
    net: money(net),
    tax: money(tax),
    gross: money(new Big(net).plus(tax)),
    status: isClearing(invoice.clearing) ? clearing[invoice.clearing] : ('open' as const),
    paid: money(paid),
    refundable: money(smaller(left, paidLeft)),
    lines: invoice.lines.map((line, n) => ({
      line: line.line,
      order: line.order,
      orderLine: line.orderLine,
      item: line.item,
      text: line.text,
      quantity: { value: line.quantity, unit: client.units.toRec20(line.unit) },
      net: money(line.net),
      tax: money(line.tax),
      gross: money(line.gross),
      credited: money(lines[n]?.credited ?? '0'),
      refundable: money(smaller(lines[n]?.left ?? new Big(0), paidLeft)),
    })),
  };
}
