import Big from 'big.js';
import * as z from 'zod';
import { closePurchaseRequisition } from '../../../contracts/close-purchase-requisition.ts';
import { documentStatus, reportedQuantity } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import { findRequisitionLine, statusOfLines, versionOfLine } from '../purchase-requisition/line.ts';

type Input = z.output<typeof closePurchaseRequisition.input>;

const state = z.strictObject({
  version: z.string(),
  status: documentStatus,
  closed: z.boolean(),
  requested: reportedQuantity,
  ordered: reportedQuantity,
});

type State = z.output<typeof state>;

/** `close_purchase_requisition` by setting `IsClosed` of one line; the service deletes nothing. */
export default implement(closePurchaseRequisition, {
  state,
  documentOf: ({ requisition }: Input) => requisition,

  read: async (input: Input, call: Call<S4hanaClient>): Promise<State> => {
    const line = await findRequisitionLine(call.client, input, call);
    if (!line) throw new CountersignError('NOT_FOUND', `Requisition ${input.requisition} has no line ${input.line}.`);
    const unit = call.client.units.toRec20(line.unit);
    return {
      version: versionOfLine(line),
      status: statusOfLines([line]),
      closed: line.isClosed || line.isDeleted,
      requested: { value: line.requested, unit },
      ordered: { value: line.ordered, unit },
    };
  },

  check: ({ line, expectedVersion }: Input, before: State) => {
    expectVersion(expectedVersion, before);
    if (new Big(before.ordered.value).gte(before.requested.value))
      throw new CountersignError('REQUISITION_ORDERED', `Everything that line ${line} asks for is ordered.`);
  },

  run: async ({ requisition, line }: Input, call: WriteCall<S4hanaClient>) => {
    const key = { PurchaseRequisition: requisition, PurchaseRequisitionItem: line };
    const path = keyPath('A_PurchaseRequisitionItem', key);
    await call.client.service('purchaseRequisition').change({ method: 'PATCH', path, body: { IsClosed: true } }, call);
  },

  output: ({ requisition, line }: Input, { after }: { readonly after: State }) => ({
    document: { id: requisition, number: requisition },
    status: after.status,
    version: after.version,
    line,
    requested: after.requested,
    ordered: after.ordered,
  }),

  lookup: byState((_: Input, { closed }: State) => closed),
});
