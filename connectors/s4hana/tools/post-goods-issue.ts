import type * as z from 'zod';
import { postGoodsIssue } from '../../../contracts/post-goods-issue.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import {
  callOnDelivery,
  deliveryOutput,
  type GoodsIssueState,
  goodsIssueState,
  stateOfDelivery,
} from '../delivery/goods-issue.ts';
import { expectVersion } from '../expected-version.ts';

type Input = z.output<typeof postGoodsIssue.input>;

/** `post_goods_issue` by the function import PostGoodsIssue, which dates it on the day of the system. */
export default implement(postGoodsIssue, {
  state: goodsIssueState,
  documentOf: ({ delivery }: Input) => delivery,
  read: ({ delivery }: Input, call: Call<S4hanaClient>) => stateOfDelivery(delivery, call),

  check: ({ delivery, expectedVersion }: Input, before: GoodsIssueState) => {
    expectVersion(expectedVersion, before);
    if (before.isWarehouseManaged)
      throw new CountersignError('WAREHOUSE_MANAGED', `Another system looks after delivery ${delivery}.`);
    if (before.picking === 'A' || before.picking === 'B')
      throw new CountersignError('NOT_PICKED', `Delivery ${delivery} is not picked completely.`);
  },

  run: async ({ delivery }: Input, call: WriteCall<S4hanaClient> & { readonly before: GoodsIssueState }) => {
    await callOnDelivery('PostGoodsIssue', { delivery }, call);
  },

  output: ({ delivery }: Input, states: { readonly after: GoodsIssueState }) => ({
    ...deliveryOutput(delivery, states),
    ...(states.after.issuedOn && { postedOn: states.after.issuedOn }),
  }),

  lookup: byState((_: Input, { goodsIssue }: GoodsIssueState) => goodsIssue === 'C'),
});
