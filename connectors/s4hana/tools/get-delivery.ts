import { getDelivery } from '../../../contracts/get-delivery.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { deliveryStatus, existingDelivery } from '../delivery/delivery.ts';

/** `get_delivery` from the delivery service; its ETag is the version. */
export default implement(getDelivery, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { units } = call.client;
    const { value: delivery, etag } = await existingDelivery(call.client, input.delivery, call);
    return {
      delivery: delivery.id,
      customer: delivery.customer,
      shippingPoint: delivery.shippingPoint,
      ...(delivery.plannedOn && { plannedGoodsIssueDate: delivery.plannedOn }),
      status: deliveryStatus(delivery),
      picking: progressOf(delivery.picking),
      goodsIssue: progressOf(delivery.goodsIssue),
      ...(delivery.issuedOn && { issuedOn: delivery.issuedOn }),
      billing: progressOf(delivery.billing),
      warehouseManaged: delivery.isWarehouseManaged,
      lines: delivery.lines.map(({ line, order, orderLine, item, text, site, batch, quantity, unit }) => ({
        ...{ line, order, orderLine, item, text, site },
        ...(batch && { batch }),
        quantity: { value: quantity, unit: units.toRec20(unit) },
      })),
      ...(etag && { version: etag }),
    };
  },
});

const byStatus = { A: 'not_started', B: 'partly', C: 'done' } as const;

const progressOf = (status: string) =>
  status === 'A' || status === 'B' || status === 'C' ? byStatus[status] : ('not_relevant' as const);
