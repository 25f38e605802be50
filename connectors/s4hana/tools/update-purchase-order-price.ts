import Big from 'big.js';
import * as z from 'zod';
import { documentStatus, erpRelease, reportedPrice } from '../../../contracts/shapes.ts';
import { updatePurchaseOrderPrice } from '../../../contracts/update-purchase-order-price.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import { changeLine, existingOrder, orderService } from '../purchase-order/access.ts';
import { netTotal, systemPrice } from '../purchase-order/amount.ts';
import { invoicedOf, invoicesOf, receiptsOf, receivedOf } from '../purchase-order/history.ts';
import { versionOf } from '../purchase-order/order.ts';
import { releaseOf, statusOf } from '../purchase-order/status.ts';

type Input = z.output<typeof updatePurchaseOrderPrice.input>;
type Price = z.output<typeof reportedPrice>;

const state = z.strictObject({
  version: z.string(),
  etag: z.string().optional(),
  status: documentStatus,
  erpRelease,
  net: z.string(),
  currency: z.string(),
  unitPrice: reportedPrice,
  cancelled: z.boolean(),
  received: z.boolean(),
  invoiced: z.boolean(),
  fromContract: z.boolean(),
});

type State = z.output<typeof state>;

/** `update_purchase_order_price` by PATCH of one line: V4 names its ETag, V2 has none and is compared with the before-image only. */
export default implement(updatePurchaseOrderPrice, {
  state,
  documentOf: ({ order }: Input) => order,
  read: (input: Input, call: Call<S4hanaClient>) => stateOf(input, call),

  check: ({ line, unitPrice, expectedVersion }: Input, before: State) => {
    expectVersion(expectedVersion, before);
    if (before.cancelled) throw new CountersignError('PURCHASE_ORDER_CANCELLED', `Line ${line} is cancelled.`);
    if (before.invoiced) throw new CountersignError('PURCHASE_ORDER_INVOICED', `Line ${line} has been invoiced.`);
    if (before.received) throw new CountersignError('GOODS_RECEIVED', `Goods were received for line ${line}.`);
    if (before.fromContract) throw new CountersignError('PRICE_FROM_CONTRACT', `Line ${line} calls off a contract.`);
    if (unitPrice.currency !== before.currency)
      throw new CountersignError('CURRENCY_NOT_ALLOWED', `The order is in ${before.currency}.`);
    if (unitPrice.per.unit !== before.unitPrice.per.unit)
      throw new CountersignError('UNIT_UNKNOWN', `The price of the line is per ${before.unitPrice.per.unit}.`);
    systemPrice(unitPrice);
  },

  run: async (input: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const { client, before } = call;
    const { amount, quantity } = systemPrice(input.unitPrice);
    const { dialect } = orderService(client);
    const { currency, per } = before.unitPrice;
    const unit = client.units.toSystem(per.unit);
    const body = { NetPriceAmount: amount, NetPriceQuantity: quantity, ...dialect.besidePrice({ currency, unit }) };
    await changeLine(client, { order: input.order, line: input.line, body, etag: before.etag }, call);
  },

  output: ({ order, line }: Input, { before, after }: { readonly before: State; readonly after: State }) => ({
    document: { id: order, number: order },
    status: after.status,
    version: after.version,
    line,
    unitPrice: after.unitPrice,
    before: { unitPrice: before.unitPrice },
    amounts: { net: after.net, currency: after.currency, source: 'erp' as const },
    erpRelease: after.erpRelease,
    erpReleaseReset: after.erpRelease.state === 'pending' && before.erpRelease.state !== 'pending',
  }),

  lookup: byState(({ unitPrice }: Input, now: State) => isSamePrice(unitPrice, now.unitPrice)),
});

/** 45 per 10 is 4.50 per 1. */
const isSamePrice = (a: Price, b: Price): boolean =>
  a.currency === b.currency &&
  a.per.unit === b.per.unit &&
  new Big(a.amount).times(b.per.quantity).eq(new Big(b.amount).times(a.per.quantity));

async function stateOf({ order: id, line: asked }: Input, call: Call<S4hanaClient>): Promise<State> {
  const { client } = call;
  const [{ value: order, etag }, receipts, invoices] = await Promise.all([
    existingOrder(client, id, call),
    receiptsOf(client, [id], call),
    invoicesOf(client, [id], call),
  ]);
  const line = order.lines.find((each) => each.line === asked);
  if (!line) throw new CountersignError('NOT_FOUND', `Purchase order ${id} has no line ${asked}.`);
  const tag = line.etag ?? etag;
  return {
    version: versionOf(order),
    ...(tag && { etag: tag }),
    status: statusOf(order, (each) => receivedOf({ ...line, line: each }, receipts) !== '0'),
    erpRelease: { state: releaseOf(order) },
    net: netTotal(order.lines, order.currency),
    currency: order.currency,
    unitPrice: {
      amount: line.price,
      currency: line.currency,
      per: { quantity: line.priceQuantity, unit: client.units.toRec20(line.priceUnit) },
    },
    cancelled: line.deletionCode === 'L' || order.deletionCode === 'L',
    received: receivedOf(line, receipts) !== '0',
    invoiced: invoicedOf(line, invoices) !== '0',
    fromContract: line.contract !== '',
  };
}
