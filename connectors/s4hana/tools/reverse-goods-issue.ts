import type * as z from 'zod';
import { reverseGoodsIssue } from '../../../contracts/reverse-goods-issue.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { v2DateLiteral } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import {
  callOnDelivery,
  deliveryOutput,
  type GoodsIssueState,
  goodsIssueState,
  stateOfDelivery,
} from '../delivery/goods-issue.ts';
import { expectVersion } from '../expected-version.ts';

type Input = z.output<typeof reverseGoodsIssue.input>;

/** `reverse_goods_issue` by the function import ReverseGoodsIssue, as long as nothing of the delivery is billed. */
export default implement(reverseGoodsIssue, {
  state: goodsIssueState,
  documentOf: ({ delivery }: Input) => delivery,
  read: ({ delivery }: Input, call: Call<S4hanaClient>) => stateOfDelivery(delivery, call),

  check: ({ delivery, expectedVersion }: Input, before: GoodsIssueState) => {
    expectVersion(expectedVersion, before);
    if (before.billing === 'B' || before.billing === 'C')
      throw new CountersignError('ALREADY_BILLED', `Delivery ${delivery} has been billed.`);
  },

  run: async (
    { delivery, reversalDate }: Input,
    call: WriteCall<S4hanaClient> & { readonly before: GoodsIssueState },
  ) => {
    const parameters = { ActualGoodsMovementDate: v2DateLiteral(reversalDate) };
    await callOnDelivery('ReverseGoodsIssue', { delivery, parameters }, call);
  },

  output: ({ delivery }: Input, states: { readonly after: GoodsIssueState }) => deliveryOutput(delivery, states),

  lookup: byState((_: Input, { goodsIssue }: GoodsIssueState) => goodsIssue === 'A'),
});
