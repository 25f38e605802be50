import * as z from 'zod';
import { cancelPurchaseOrder } from '../../../contracts/cancel-purchase-order.ts';
import { documentStatus, sentToSupplier as sent } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import { deleteLine, deleteOrder, existingOrder } from '../purchase-order/access.ts';
import { invoicedOf, invoicesOf, receiptsOf, receivedOf } from '../purchase-order/history.ts';
import { versionOf } from '../purchase-order/order.ts';
import { isCancelled, sentToSupplier, statusOf } from '../purchase-order/status.ts';

type Input = z.output<typeof cancelPurchaseOrder.input>;

const state = z.strictObject({
  version: z.string(),
  etag: z.string().optional(),
  status: documentStatus,
  sentToSupplier: sent,
  lines: z.array(
    z.strictObject({
      line: z.string(),
      etag: z.string().optional(),
      cancelled: z.boolean(),
      received: z.boolean(),
      invoiced: z.boolean(),
    }),
  ),
});

type State = z.output<typeof state>;

/** `cancel_purchase_order` by DELETE, which flags the order or the line with deletion code L and keeps it readable. */
export default implement(cancelPurchaseOrder, {
  state,
  documentOf: ({ order }: Input) => order,
  read: (input: Input, call: Call<S4hanaClient>) => stateOf(input.order, call),

  check: (input: Input, before: State) => {
    expectVersion(input.expectedVersion, before);
    const asked = askedLines(input, before);
    const missing = asked.find((line) => !before.lines.some((each) => each.line === line));
    if (missing !== undefined) throw new CountersignError('NOT_FOUND', `The order has no line ${missing}.`);
    for (const { line, received, invoiced } of before.lines.filter((each) => asked.includes(each.line))) {
      if (received) throw new CountersignError('PURCHASE_ORDER_RECEIVED', `Goods were received for line ${line}.`);
      if (invoiced) throw new CountersignError('PURCHASE_ORDER_INVOICED', `Line ${line} has been invoiced.`);
    }
    if (!isWhole(input, before) && openOf(asked, before).length > 1)
      throw new CountersignError(
        'UNSUPPORTED_BY_SYSTEM',
        'S/4HANA cancels the whole order or one line in one step: cancel the lines one by one.',
      );
  },

  run: async (input: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const { client, before } = call;
    if (isWhole(input, before)) return deleteOrder(client, { order: input.order, etag: before.etag }, call);
    const [line] = openOf(askedLines(input, before), before);
    if (!line) return;
    await deleteLine(client, { order: input.order, line: line.line, etag: line.etag ?? before.etag }, call);
  },

  output: ({ order }: Input, { before, after }: { readonly before: State; readonly after: State }) => ({
    document: { id: order, number: order },
    status: after.status,
    version: after.version,
    cancelledLines: after.lines.filter(({ cancelled }) => cancelled).map(({ line }) => line),
    remainingLines: after.lines.filter(({ cancelled }) => !cancelled).map(({ line }) => line),
    supplierMustBeTold: before.sentToSupplier !== 'no',
  }),

  lookup: byState(({ lines }: Input, now: State) =>
    lines === undefined
      ? now.status === 'cancelled'
      : lines.every((asked) => now.lines.some(({ line, cancelled }) => line === asked && cancelled)),
  ),
});

const askedLines = ({ lines }: Input, { lines: all }: State): readonly string[] => lines ?? all.map(({ line }) => line);

const openOf = (asked: readonly string[], { lines }: State): State['lines'] =>
  lines.filter(({ line, cancelled }) => asked.includes(line) && !cancelled);

/** Whether nothing would remain of the order. */
const isWhole = (input: Input, before: State): boolean =>
  before.lines.every(({ line, cancelled }) => cancelled || askedLines(input, before).includes(line));

async function stateOf(id: string, call: Call<S4hanaClient>): Promise<State> {
  const { client } = call;
  const [found, receipts, invoices] = await Promise.all([
    existingOrder(client, id, call),
    receiptsOf(client, [id], call),
    invoicesOf(client, [id], call),
  ]);
  const { value: order, etag } = found;
  const lines = order.lines.map((line) => ({
    line: line.line,
    ...(line.etag && { etag: line.etag }),
    cancelled: line.deletionCode === 'L' || order.deletionCode === 'L',
    received: receivedOf(line, receipts) !== '0',
    invoiced: invoicedOf(line, invoices) !== '0',
  }));
  return {
    version: versionOf(order),
    ...(etag && { etag }),
    status: isCancelled(order)
      ? 'cancelled'
      : statusOf(order, (line) => lines.some((each) => each.line === line && each.received)),
    sentToSupplier: sentToSupplier(order, { erpOutput: client.settings.erpOutput, isNew: false }),
    lines,
  };
}
