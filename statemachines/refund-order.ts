import * as z from 'zod';
import { createCreditMemoRequest } from '../contracts/create-credit-memo-request.ts';
import { getInvoice } from '../contracts/get-invoice.ts';
import { getSalesOrder } from '../contracts/get-sales-order.ts';
import { id } from '../contracts/shapes.ts';
import { ask, defineSaga, differs, nth } from '../lib/core/saga/saga.ts';

const { invoice, lines, total, reasonCode, requester } = createCreditMemoRequest.input.shape;

/**
 * Refunds what a customer was invoiced for an order: no more than was invoiced and paid, less what is credited or requested
 * already, by us or by people, which the request itself counts again when it is sent. It moves no money: the request is
 * blocked for billing. It can be rejected until it is billed.
 */
export const refundOrder = defineSaga({
  name: 'refund_order',
  summary:
    'Reads a sales order and its invoice, has people approve a refund, and requests the credit, blocked for billing.',
  input: z.strictObject({ order: id('sales_order'), invoice, lines, total, reasonCode, requester }),
  output: z.strictObject({
    request: z.string(),
    customer: z.string(),
    gross: z.string(),
    /** What can be refunded of the invoice beyond this, as the system says now. */
    stillRefundable: z.string(),
    moneyMoves: z.literal('after_billing_and_payment'),
  }),
  examples: [
    {
      input: {
        order: '495',
        invoice: '90000001',
        lines: [{ line: '10', amount: { amount: '119.00', currency: 'EUR' } }],
        total: { amount: '119.00', currency: 'EUR' },
        reasonCode: 'quality',
      },
      output: {
        request: '60000002',
        customer: '10100002',
        gross: '119.00',
        stillRefundable: '3005.94',
        moneyMoves: 'after_billing_and_payment',
      },
    },
  ],
  script: (step, wanted) => {
    const seen = step.reads('Look', {
      Read_order: ask(getSalesOrder, { order: wanted.order }),
      Read_invoice: ask(getInvoice, { invoice: wanted.invoice }),
    });
    step.when('Is_of_another', differs(nth(nth(seen.Read_invoice.invoices, 0).lines, 0).order, wanted.order), () => {
      step.refuse('Refuse_another', 'NOT_INVOICED', 'The invoice is not one of this order.');
    });
    const requested = step.call(
      'Request_credit',
      createCreditMemoRequest,
      {
        invoice: wanted.invoice,
        lines: wanted.lines,
        total: wanted.total,
        reasonCode: wanted.reasonCode,
        requester: wanted.requester,
      },
      { approval: true },
    );
    const confirmed = step.call('Confirm', getInvoice, { invoice: wanted.invoice });
    return {
      request: requested.document.id,
      customer: seen.Read_order.customer,
      gross: requested.amounts.gross,
      stillRefundable: nth(confirmed.invoices, 0).refundable,
      moneyMoves: requested.moneyMoves,
    };
  },
});
