import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import type { getInvoice } from '../get-invoice.ts';

const line = z.object({
  line: z.string(),
  quantity: z.object({ value: z.string(), unit: z.string() }).optional(),
  amount: z.object({ amount: z.string() }).optional(),
});
const input = z.object({
  invoice: z.string(),
  lines: z.array(line),
  total: z.object({ amount: z.string(), currency: z.string() }),
  reasonCode: z.string(),
  requester: z.string().optional(),
});
const answer = z.object({
  invoices: z.array(
    z.object({
      invoice: z.string(),
      customer: z.string(),
      gross: z.string(),
      paid: z.string(),
      refundable: z.string(),
      lines: z.array(z.object({ line: z.string(), item: z.string(), gross: z.string(), refundable: z.string() })),
    }),
  ),
});

type Invoice = z.output<typeof answer>['invoices'][number];
type GetInvoice = (typeof getInvoice)['name'];

/** How a credit explains itself: what was invoiced and paid, and what can still be credited. */
export const creditMemoBriefing = (): Briefing => ({
  reads: (given) => {
    const contract: GetInvoice = 'get_invoice';
    return { invoice: { contract, input: { invoice: input.parse(given).invoice }, material: true } };
  },
  dossier: (facts) => {
    const { invoice: id, lines, total, reasonCode, requester } = input.parse(facts.input);
    const { success, data } = answer.safeParse(facts.answers['invoice']);
    const invoice: Invoice | undefined = success ? data.invoices[0] : undefined;
    const money = (amount: string | undefined) =>
      amount === undefined ? 'unknown' : amountText(total.currency, amount);
    const sum = money(total.amount);
    const known = invoice ? { asOf: facts.asOf } : { warning: true };
    const lineOf = (number: string) => invoice?.lines.find((each) => each.line === number);
    return {
      action: `Request a credit of ${sum} for invoice ${id}`,
      headline: `Credit - ${sum} - invoice ${id}`,
      facts: [
        { label: 'Customer', value: invoice?.customer ?? 'unknown', ...known },
        { label: 'Invoiced', value: money(invoice?.gross), ...known },
        { label: 'Paid', value: money(invoice?.paid), ...known },
        { label: 'Can still be credited', value: money(invoice?.refundable), ...known },
        { label: 'Reason', value: reasonCode, untrusted: true },
        ...(requester === undefined ? [] : [{ label: 'Requested by', value: requester, untrusted: true }]),
      ],
      lineHeadings: ['Line', 'Item', 'To be credited', 'Invoiced', 'Can still be credited'],
      lines: lines.map(({ line: number, quantity, amount }) => [
        ...[number, lineOf(number)?.item ?? ''],
        amount ? money(amount.amount) : `${quantity?.value ?? ''} ${quantity?.unit ?? ''}`,
        ...[money(lineOf(number)?.gross), money(lineOf(number)?.refundable)],
      ]),
      next: 'The request stands in the ERP, blocked for billing. Money moves only when people bill it and pay it out.',
      undo: 'Until it is billed, by rejecting it.',
      material: Object.fromEntries(
        lines.map(({ line: number }) => [`refundable of line ${number}`, lineOf(number)?.refundable ?? 'unknown']),
      ),
    };
  },
});
