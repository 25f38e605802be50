import * as z from 'zod';
import { announceShipment } from '../contracts/announce-shipment.ts';
import { createOutboundDelivery } from '../contracts/create-outbound-delivery.ts';
import { getSalesOrder } from '../contracts/get-sales-order.ts';
import { postGoodsIssue } from '../contracts/post-goods-issue.ts';
import { date, id } from '../contracts/shapes.ts';
import { defineSaga, isThere, nth, pluck } from '../lib/core/saga/saga.ts';

const { allowPartial } = createOutboundDelivery.input.shape;

/** Of one order; the system splits what does not leave together. */
const mostDeliveries = 5;

/**
 * Ships what is due of a sales order. Its blocks, its credit and the stock are asked for when the deliveries are created, and
 * nothing is left of these if they cannot be posted. The first goods issue is the point of no return: the goods have left,
 * and the books must not say otherwise. What cannot be done after it is finished by a person.
 */
export const shipOrder = defineSaga({
  name: 'ship_order',
  summary: 'Creates the deliveries of what is due of a sales order, posts their goods issue and tells the customer.',
  input: z.strictObject({
    order: id('sales_order'),
    allowPartial,
    /** Hours for which it waits until the warehouse has picked; unless told, what is not picked at once is not shipped. */
    waitForPicking: z.int().min(0).max(72).default(0),
    /** The day that the customer is told. */
    shippedOn: date,
  }),
  output: z.strictObject({ deliveries: z.array(z.string()), announcement: z.string() }),
  examples: [
    {
      input: { order: '496', waitForPicking: 4, shippedOn: '2026-01-15' },
      output: { deliveries: ['80000010', '80000011'], announcement: 'S-5000001' },
    },
  ],
  script: (step, wanted) => {
    const order = step.call('Read_order', getSalesOrder, { order: wanted.order });
    const created = step.call('Create_deliveries', createOutboundDelivery, {
      order: wanted.order,
      allowPartial: wanted.allowPartial,
    });
    step.when('Has_too_many', isThere(nth(created.deliveries, mostDeliveries)), () => {
      step.refuse(
        'Refuse_too_many',
        'UNSUPPORTED_BY_SYSTEM',
        `An order of more than ${mostDeliveries} deliveries is shipped by people.`,
      );
    });
    const post = (name: string, n: number) =>
      step.call(
        name,
        postGoodsIssue,
        { delivery: nth(created.deliveries, n).delivery },
        { pivot: true, patience: { codes: ['NOT_PICKED'], hours: wanted.waitForPicking } },
      );
    post('Post_goods_issue', 0);
    for (let n = 1; n < mostDeliveries; n++)
      step.when(
        `Has_delivery_${n + 1}`,
        isThere(nth(created.deliveries, n)),
        () => void post(`Post_goods_issue_${n + 1}`, n),
      );
    const told = step.call('Tell_customer', announceShipment, {
      customer: order.customer,
      order: wanted.order,
      deliveries: pluck(created.deliveries, 'delivery'),
      shippedOn: wanted.shippedOn,
    });
    return { deliveries: pluck(created.deliveries, 'delivery'), announcement: told.document.id };
  },
});
