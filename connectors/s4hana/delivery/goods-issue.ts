import * as z from 'zod';
import { date } from '../../../contracts/shapes.ts';
import type { Call, WriteCall } from '../../../lib/core/tool.ts';
import { literal } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { deliveryStatus, existingDelivery } from './delivery.ts';

/** What posting and reversing a goods issue compare. */
export const goodsIssueState = z.strictObject({
  version: z.string(),
  picking: z.string(),
  goodsIssue: z.string(),
  billing: z.string(),
  isWarehouseManaged: z.boolean(),
  issuedOn: date.optional(),
});

/** How far a delivery is; `version` is its ETag. */
export type GoodsIssueState = z.output<typeof goodsIssueState>;

/** Reads it. Throws `NOT_FOUND`. */
export async function stateOfDelivery(
  delivery: string,
  { client, ...call }: Call<S4hanaClient>,
): Promise<GoodsIssueState> {
  const { value, etag = '' } = await existingDelivery(client, delivery, call);
  const { picking, goodsIssue, billing, isWarehouseManaged, issuedOn } = value;
  return { version: etag, picking, goodsIssue, billing, isWarehouseManaged, ...(issuedOn && { issuedOn }) };
}

/** What both answer of the delivery. */
export const deliveryOutput = (delivery: string, { after }: { readonly after: GoodsIssueState }) => ({
  document: { id: delivery, number: delivery },
  status: deliveryStatus(after),
  version: after.version,
});

/** Calls a function import on a delivery. */
export const callOnDelivery = (
  path: 'PostGoodsIssue' | 'ReverseGoodsIssue',
  { delivery, parameters }: { readonly delivery: string; readonly parameters?: Readonly<Record<string, string>> },
  call: WriteCall<S4hanaClient> & { readonly before: GoodsIssueState },
): Promise<unknown> => {
  const query = { DeliveryDocument: literal(delivery), ...parameters };
  const change = { method: 'POST', path, query, etag: call.before.version } as const;
  return call.client.service('outboundDelivery').change(change, call);
};
