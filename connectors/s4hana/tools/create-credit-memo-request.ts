import Big from 'big.js';
import * as z from 'zod';
import { createCreditMemoRequest } from '../../../contracts/create-credit-memo-request.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Claim } from '../../../lib/core/policy/claims.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import { creditsOf } from '../billing/credits.ts';
import { existingInvoice, type Invoice, type InvoiceLine } from '../billing/invoice.ts';
import { paidOf } from '../billing/paid.ts';
import { refundableOf } from '../billing/refundable.ts';
import type { S4hanaClient } from '../client.ts';
import { grossOf, netFor } from '../credit-memo/part.ts';
import { findRequest, statusOf } from '../credit-memo/request.ts';
import { systemQuantity } from '../quantity.ts';

type Input = z.output<typeof createCreditMemoRequest.input>;

/** The customer's own reference: 35 long, and nobody else's in a request that we make. */
const referenceField = 'PurchaseOrderByCustomer';

/** `create_credit_memo_request` as one deep insert with reference to the invoice. */
export default implement(createCreditMemoRequest, {
  claims: async (input: Input, call: Call<S4hanaClient>): Promise<readonly Claim[]> => {
    const { client } = call;
    const invoice = await existingInvoice(client, input.invoice, call);
    const [credits, paid] = await Promise.all([creditsOf(client, [invoice], call), paidOf(client, invoice, call)]);
    const { lines, paidLeft } = refundableOf(invoice, credits, paid);
    const asked = partsOf(input, invoice, client);
    const total = asked.reduce((sum, { gross }) => sum.plus(gross), new Big(0));
    return [
      ...asked.map(({ line, gross }) => ({
        pot: `line ${line.line}`,
        amount: gross.toFixed(),
        left: (lines[invoice.lines.indexOf(line)]?.left ?? new Big(0)).toFixed(),
        refusal: gross.gt(line.gross) ? ('EXCEEDS_INVOICED' as const) : ('ALREADY_CREDITED' as const),
      })),
      { pot: 'what was paid', amount: total.toFixed(), left: paidLeft.toFixed(), refusal: 'EXCEEDS_PAID' },
    ];
  },

  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const { client } = call;
    const invoice = await existingInvoice(client, input.invoice, call);
    const body = documentOf(input, invoice, call);
    const change = { method: 'POST', path: 'A_CreditMemoRequest', body } as const;
    const answer = await client.service('creditMemoRequest').change(change, call);
    const created = z.object({ CreditMemoRequest: z.string().min(1) }).safeParse(answer);
    if (created.success) return created.data.CreditMemoRequest;
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed a request without naming it.', {
      applied: 'unknown',
    });
  },

  read: async (document, _: Input, call: Call<S4hanaClient>) => {
    const found = await findRequest(call.client, document, call);
    if (!found) return undefined;
    const { value: request, etag = '' } = found;
    const { currency } = request;
    const money = (amount: Big | string) => new Big(amount).toFixed(digitsOf(currency));
    const sum = (pick: (line: (typeof request.lines)[number]) => Big | string) =>
      request.lines.reduce((all, line) => all.plus(pick(line)), new Big(0));
    const [net, gross] = [sum((line) => line.net), sum((line) => line.gross)];
    return {
      document: { id: request.id, number: request.id },
      status: statusOf(request),
      version: etag,
      invoice: request.invoice,
      amounts: { net: money(net), tax: money(gross.minus(net)), gross: money(gross), currency, source: 'erp' as const },
      billingBlock: request.billingBlock,
      moneyMoves: 'after_billing_and_payment' as const,
      lines: request.lines.map((line) => ({
        line: line.line,
        invoiceLine: line.ofLine,
        net: money(line.net),
        gross: money(line.gross),
      })),
    };
  },

  lookup: byReference(async ({ invoice }: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const query = {
      filter: and(eq(referenceField, call.reference), eq('ReferenceSDDocument', invoice)),
      orderBy: 'CreditMemoRequest',
    };
    const row = z.object({ CreditMemoRequest: z.string() });
    const found = await call.client.service('creditMemoRequest').rows('A_CreditMemoRequest', query, row, call);
    return found.map(({ CreditMemoRequest }) => CreditMemoRequest);
  }),
});

interface Part {
  readonly line: InvoiceLine;
  readonly gross: Big;
}

/** What is asked back of each line. Throws `NOT_INVOICED` for a line that the invoice has not, `TOTAL_MISMATCH`. */
function partsOf({ lines, total }: Input, invoice: Invoice, { units }: S4hanaClient): Part[] {
  const { currency } = invoice;
  if (total.currency !== currency) throw new CountersignError('CURRENCY_DIFFERS', `The invoice is in ${currency}.`);
  const parts = lines.map((asked) => {
    const line = lineOf(invoice, asked.line);
    return { line, gross: grossOf(asked, line, { currency, units }) };
  });
  const sum = parts.reduce((all, { gross }) => all.plus(gross), new Big(0));
  // The gross of a quantity is rounded up: for each line it may be by the smallest unit too much.
  const slack = new Big(10).pow(-digitsOf(currency)).times(lines.length);
  if (sum.minus(slack).lte(total.amount)) return parts;
  throw new CountersignError('TOTAL_MISMATCH', `The lines come to ${sum.toFixed()} ${currency}.`);
}

function lineOf(invoice: Invoice, number: string): InvoiceLine {
  const line = invoice.lines.find((each) => each.line === number);
  if (line) return line;
  throw new CountersignError('NOT_INVOICED', `Invoice ${invoice.id} has no line ${number}.`);
}

function documentOf(input: Input, invoice: Invoice, { client, reference }: WriteCall<S4hanaClient>) {
  const { creditMemos } = client.settings;
  const reason = Object.hasOwn(creditMemos.reasons, input.reasonCode) && creditMemos.reasons[input.reasonCode];
  if (!reason)
    throw new CountersignError('INPUT_INVALID', `Reasons are ${Object.keys(creditMemos.reasons).join(', ')}.`);
  return {
    CreditMemoRequestType: creditMemos.type,
    ReferenceSDDocument: invoice.id,
    SDDocumentReason: reason,
    HeaderBillingBlockReason: creditMemos.billingBlock,
    [referenceField]: reference,
    to_Item: input.lines.map((asked) => itemOf(asked, invoice, client)),
  };
}

/** A quantity is credited at the price of the invoice; a sum as a price of its own for one unit. */
function itemOf(asked: Input['lines'][number], invoice: Invoice, { settings, units }: S4hanaClient) {
  const reference = { ReferenceSDDocument: invoice.id, ReferenceSDDocumentItem: asked.line };
  if ('quantity' in asked) {
    const { value, unit } = asked.quantity;
    return { ...reference, RequestedQuantity: systemQuantity(value), RequestedQuantityUnit: units.toSystem(unit) };
  }
  const line = lineOf(invoice, asked.line);
  const price = {
    ConditionType: settings.creditMemos.priceCondition,
    ConditionRateValue: netFor(asked.amount.amount, line, invoice.currency),
    ConditionCurrency: invoice.currency,
    ConditionQuantity: '1',
    ConditionQuantityUnit: line.unit,
  };
  return {
    ...reference,
    RequestedQuantity: '1',
    RequestedQuantityUnit: line.unit,
    to_PricingElement: [price],
  };
}
