import Big from 'big.js';
import { getSalesOrder } from '../../../contracts/get-sales-order.ts';
import { type DocumentStatus, digitsOf } from '../../../contracts/shapes.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { deliveredOf, findSalesOrder, openOfLine, type SalesLine, type SalesOrder } from '../sales-order/order.ts';
import type { Units } from '../units.ts';

/** `get_sales_order` from the sales order service; its header has an ETag, which is the version. */
export default implement(getSalesOrder, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const { value: order, etag } = await findSalesOrder(client, input.order, call);
    return {
      order: order.id,
      customer: order.customer,
      ...(order.customerReference && { customerReference: order.customerReference }),
      ...(order.date && { orderDate: order.date }),
      ...(order.requestedDate && { requestedDate: order.requestedDate }),
      currency: order.currency,
      ...amountsOf(order),
      blocks: order.blocks,
      status: statusOf(order),
      lines: order.lines.map((line) => lineOf(line, order.currency, client.units)),
      ...(etag && { version: etag }),
    };
  },
});

function amountsOf({ net, lines, currency }: SalesOrder) {
  const digits = digitsOf(currency);
  const tax = lines.reduce((sum, line) => sum.plus(line.tax), new Big(0));
  return { net: new Big(net).toFixed(digits), tax: tax.toFixed(digits), gross: tax.plus(net).toFixed(digits) };
}

/** SAP's statuses are A not yet, B partly, C completely. */
function statusOf({ rejection, process, delivery }: SalesOrder): DocumentStatus {
  if (rejection === 'C') return 'cancelled';
  if (process === 'C') return 'closed';
  if (delivery === 'C') return 'fulfilled';
  return delivery === 'B' ? 'partly_fulfilled' : 'released';
}

const billingByStatus = { A: 'open', B: 'partly_billed', C: 'billed' } as const;

function lineOf(line: SalesLine, currency: string, units: Units) {
  const unit = units.toRec20(line.unit);
  return {
    line: line.line,
    item: line.item,
    text: line.text,
    site: line.site,
    ordered: { value: line.ordered, unit },
    confirmed: line.schedule
      .filter(({ confirmed }) => confirmed !== '0')
      .map(({ confirmed, confirmedDate }) => ({
        ...(confirmedDate && { date: confirmedDate }),
        quantity: { value: confirmed, unit },
      })),
    delivered: { value: deliveredOf(line).toFixed(), unit },
    open: { value: openOfLine(line).toFixed(), unit },
    billing: isBillingStatus(line.billing) ? billingByStatus[line.billing] : ('not_relevant' as const),
    ...(line.rejectedReason && { rejectedReason: line.rejectedReason }),
    net: new Big(line.net).toFixed(digitsOf(currency)),
  };
}

const isBillingStatus = (status: string): status is keyof typeof billingByStatus => status in billingByStatus;
