import type * as z from 'zod';
import { findOrderExceptions } from '../../../contracts/find-order-exceptions.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { implement, type ReadCall } from '../../../lib/core/tool.ts';
import { v2DateLiteral } from '../../../lib/protocols/odata-fields.ts';
import { and, eq, oneOf, or } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { pageFacts, pageOf } from '../paging.ts';
import { exceptionsOf, type Kind } from '../sales-order/exceptions.ts';
import { creditBlocks, salesOrderSchema, wholeSalesOrder } from '../sales-order/order.ts';

type Input = z.output<typeof findOrderExceptions.input>;

/** Orders that are looked at in one call; a narrower question is asked for beyond that. */
const mostOrders = 1_000;

/** `find_order_exceptions` over the open sales orders that can have one of the exceptions. */
export default implement(findOrderExceptions, {
  run: async (input: Input, call: ReadCall<S4hanaClient>) => {
    const { client, today } = call;
    const query = { filter: filterOf(input), orderBy: 'RequestedDeliveryDate', ...wholeSalesOrder };
    const service = client.service('salesOrder');
    const { rows, total } = await service.page('A_SalesOrder', { ...query, top: mostOrders }, salesOrderSchema, call);
    if (total > rows.length)
      throw new CountersignError(
        'RESULT_TOO_LARGE',
        `${total} orders would have to be looked at, at most ${mostOrders} are: name a customer, kinds or dates.`,
      );
    const { units } = client;
    const exceptions = rows
      .flatMap((order) => exceptionsOf(order, [...new Set(input.kinds)], { today, units, site: input.site }))
      .toSorted((a, b) => b.daysLate - a.daysLate);
    return { exceptions: pageOf(exceptions, input), ...pageFacts(input, exceptions.length) };
  },
});

/** What an order must show to have an exception of a kind; lines are judged afterwards. */
const conditions: Readonly<Record<Kind, string>> = {
  late: "OverallTotalDeliveryStatus ne 'C'",
  unconfirmed: "OverallTotalDeliveryStatus ne 'C'",
  delivery_block: "DeliveryBlockReason ne ''",
  billing_block: "HeaderBillingBlockReason ne ''",
  credit_block: oneOf('TotalCreditCheckStatus', creditBlocks),
  partly_delivered: eq('OverallTotalDeliveryStatus', 'B'),
  rejected_lines: "OverallSDDocumentRejectionSts ne 'A'",
};

const filterOf = ({ kinds, customer, from, to }: Input): string =>
  and(
    "OverallSDProcessStatus ne 'C'",
    "OverallSDDocumentRejectionSts ne 'C'",
    or(...new Set(kinds.map((kind) => conditions[kind]))),
    customer === undefined ? undefined : eq('SoldToParty', customer),
    from === undefined ? undefined : `RequestedDeliveryDate ge ${v2DateLiteral(from)}`,
    to === undefined ? undefined : `RequestedDeliveryDate le ${v2DateLiteral(to)}`,
  );
