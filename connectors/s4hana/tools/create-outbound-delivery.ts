import Big from 'big.js';
import * as z from 'zod';
import { createOutboundDelivery } from '../../../contracts/create-outbound-delivery.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { type Delivery, deliveriesOf, deliveryStatus, findDelivery } from '../delivery/delivery.ts';
import { checkStock } from '../delivery/stock.ts';
import { systemQuantity } from '../quantity.ts';
import { confirmedOf, deliveredOf, findSalesOrder, type SalesOrder } from '../sales-order/order.ts';
import type { Units } from '../units.ts';

type Input = z.output<typeof createOutboundDelivery.input>;

/** `create_outbound_delivery` as one request, of which the system makes as many deliveries as it takes; each carries the reference. */
export default implement(createOutboundDelivery, {
  makesSeveral: true,

  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const { client } = call;
    const { value: order } = await findSalesOrder(client, input.order, call);
    checkBlocks(order);
    if (!input.allowPartial) await checkStock(client, { order, lines: input.lines }, call);
    const change = { method: 'POST', path: 'A_OutbDeliveryHeader', body: documentOf(input, order, call) } as const;
    const answer = await client.service('outboundDelivery').change(change, call);
    const created = z.object({ DeliveryDocument: z.string().min(1) }).safeParse(answer);
    if (created.success) return created.data.DeliveryDocument;
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed a delivery without naming it.', {
      applied: 'unknown',
    });
  },

  read: async (document, input: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const { client } = call;
    const [named, carrying, order] = await Promise.all([
      findDelivery(client, document, call),
      deliveriesOf(client, call.reference, call),
      findSalesOrder(client, input.order, call),
    ]);
    if (!named) return undefined;
    const all = [named.value, ...carrying.filter(({ id }) => id !== document)];
    const isOurs = all.every(({ lines }) => lines.every((line) => line.order === input.order));
    return {
      document: { id: document, number: document },
      status: deliveryStatus({ goodsIssue: overall(all), billing: named.value.billing }),
      version: named.etag ?? '',
      order: isOurs ? input.order : '',
      deliveries: all.map((each) => shown(each, client.units)),
      undelivered: undeliveredOf(order.value, client.units),
    };
  },

  lookup: byReference(async (_: Input, call: Call<S4hanaClient> & { readonly reference: string }) =>
    (await deliveriesOf(call.client, call.reference, call)).map(({ id }) => id),
  ),
});

function checkBlocks({ id, blocks }: SalesOrder): void {
  for (const { kind, code } of blocks) {
    if (kind === 'delivery') throw new CountersignError('DELIVERY_BLOCKED', `Order ${id} has delivery block ${code}.`);
    if (kind === 'credit') throw new CountersignError('CREDIT_BLOCKED', `Order ${id} waits for its credit check.`);
  }
}

/** Named where all of it leaves from one place; else the system makes a delivery for each. */
function shippingPointOf({ lines: asked }: Input, { lines }: SalesOrder) {
  const leaving = lines.filter((line) =>
    asked ? asked.some((each) => each.line === line.line) : confirmedOf(line).gt(deliveredOf(line)),
  );
  const [point, other] = new Set(leaving.map(({ shippingPoint }) => shippingPoint));
  return point && other === undefined ? { ShippingPoint: point } : {};
}

function documentOf(input: Input, of: SalesOrder, { client, reference }: WriteCall<S4hanaClient>) {
  const { order, lines } = input;
  return {
    ...shippingPointOf(input, of),
    [client.settings.deliveryReferenceField]: reference,
    // Without lines the system takes what is due.
    to_DeliveryDocumentItem: lines?.map(({ line, quantity }) => ({
      ReferenceSDDocument: order,
      ReferenceSDDocumentItem: line,
      ActualDeliveryQuantity: systemQuantity(quantity.value),
      DeliveryQuantityUnit: client.units.toSystem(quantity.unit),
    })) ?? [{ ReferenceSDDocument: order }],
  };
}

const shown = ({ id, shippingPoint, plannedOn, lines }: Delivery, units: Units) => ({
  delivery: id,
  shippingPoint,
  ...(plannedOn && { plannedGoodsIssueDate: plannedOn }),
  lines: lines.map(({ line, orderLine, item, quantity, unit }) => ({
    ...{ line, orderLine, item },
    quantity: { value: quantity, unit: units.toRec20(unit) },
  })),
});

/** How far the goods of all of them are. */
const overall = (all: readonly Delivery[]): string => {
  if (all.every(({ goodsIssue }) => goodsIssue === 'C')) return 'C';
  return all.every(({ goodsIssue }) => goodsIssue === 'A') ? 'A' : 'B';
};

const undeliveredOf = ({ lines }: SalesOrder, units: Units) =>
  lines
    .map((line) => ({ line, open: confirmedOf(line).minus(deliveredOf(line)) }))
    .filter(({ line, open }) => open.gt(new Big(0)) && !line.rejectedReason)
    .map(({ line, open }) => ({
      orderLine: line.line,
      quantity: { value: open.toFixed(), unit: units.toRec20(line.unit) },
    }));
