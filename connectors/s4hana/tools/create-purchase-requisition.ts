import * as z from 'zod';
import { createPurchaseRequisition } from '../../../contracts/create-purchase-requisition.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { v2Date } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { organisational } from '../organisation.ts';
import {
  findRequisitionLines,
  type RequisitionLine,
  releaseOfLines,
  statusOfLines,
  versionOfLine,
  versionOfLines,
} from '../purchase-requisition/line.ts';
import { systemQuantity } from '../quantity.ts';

type Input = z.output<typeof createPurchaseRequisition.input>;

/** The document number of an external system: 35 long, on every line. */
const referenceField = 'PurReqnExternalReference';

/** `create_purchase_requisition` as one deep insert; every line carries the reference. */
export default implement(createPurchaseRequisition, {
  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const service = call.client.service('purchaseRequisition');
    const body = documentOf(input, call);
    const answer = await service.change({ method: 'POST', path: 'A_PurchaseRequisitionHeader', body }, call);
    const created = z.object({ PurchaseRequisition: z.string().min(1) }).safeParse(answer);
    if (created.success) return created.data.PurchaseRequisition;
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed a requisition without naming it.', {
      applied: 'unknown',
    });
  },

  read: async (document, _: Input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const query = { filter: eq('PurchaseRequisition', document), orderBy: 'PurchaseRequisitionItem' };
    const lines = await findRequisitionLines(client, query, call);
    if (lines.length === 0) return undefined;
    return {
      document: { id: document, number: document },
      status: statusOfLines(lines),
      version: versionOfLines(lines),
      lines: lines.map((line) => lineOf(line, client)),
      erpRelease: { state: releaseOfLines(lines) },
    };
  },

  lookup: byReference(async (_: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const filter = and(
      eq(referenceField, call.reference),
      eq('PurchasingOrganization', organisational(call.organisation, 'purchasingOrganization')),
    );
    const lines = await findRequisitionLines(call.client, { filter }, call);
    return [...new Set(lines.map(({ requisition }) => requisition))];
  }),
});

function documentOf(input: Input, { client, organisation, reference }: WriteCall<S4hanaClient>) {
  return {
    PurchaseRequisitionType: organisational(organisation, 'purchaseRequisitionType'),
    ...(input.description && { PurReqnDescription: input.description }),
    to_PurchaseReqnItem: input.lines.map((line, n) => ({
      PurchaseRequisitionItem: String((n + 1) * 10),
      Material: line.item,
      Plant: line.site,
      RequestedQuantity: systemQuantity(line.quantity.value),
      BaseUnit: client.units.toSystem(line.quantity.unit),
      DeliveryDate: v2Date(line.deliveryDate),
      CompanyCode: organisational(organisation, 'companyCode'),
      PurchasingOrganization: organisational(organisation, 'purchasingOrganization'),
      PurchasingGroup: organisational(organisation, 'purchasingGroup'),
      ...(line.supplier && { Supplier: line.supplier }),
      ...(input.requester && { RequisitionerName: input.requester }),
      [referenceField]: reference,
    })),
  };
}

function lineOf(line: RequisitionLine, { units }: S4hanaClient) {
  if (!line.date)
    throw new CountersignError('SYSTEM_ANSWER_INVALID', `Line ${line.line} has no delivery date.`, {
      applied: 'unknown',
    });
  return {
    line: line.line,
    item: line.item,
    site: line.site,
    quantity: { value: line.requested, unit: units.toRec20(line.unit) },
    deliveryDate: line.date,
    version: versionOfLine(line),
  };
}
