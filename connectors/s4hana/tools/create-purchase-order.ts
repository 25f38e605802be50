import type * as z from 'zod';
import { createPurchaseOrder } from '../../../contracts/create-purchase-order.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { and, eq, or } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { organisational } from '../organisation.ts';
import { findOrder, findOrderIds, insertOrder, orderService } from '../purchase-order/access.ts';
import { netTotal, systemPrice } from '../purchase-order/amount.ts';
import type { Dialect } from '../purchase-order/dialect.ts';
import { type OrderLine, versionOf } from '../purchase-order/order.ts';
import { releaseOf, sentToSupplier, statusOf } from '../purchase-order/status.ts';
import { systemQuantity } from '../quantity.ts';
import { referenceFields } from '../settings.ts';
import type { Units } from '../units.ts';

type Input = z.output<typeof createPurchaseOrder.input>;
type Line = Input['lines'][number];

/** `create_purchase_order` as one deep insert; the reference goes into the configured field and finds it again. */
export default implement(createPurchaseOrder, {
  run: (input: Input, call: WriteCall<S4hanaClient>) => {
    const { dialect } = orderService(call.client);
    return insertOrder(call.client, documentOf(input, dialect, call), call);
  },

  read: async (document, _, call: Call<S4hanaClient>) => {
    const { client } = call;
    const order = (await findOrder(client, document, call))?.value;
    if (!order) return undefined;
    return {
      document: { id: order.id, number: order.id },
      status: statusOf(order, () => false),
      version: versionOf(order),
      supplier: order.supplier,
      amounts: { net: netTotal(order.lines, order.currency), currency: order.currency, source: 'erp' as const },
      lines: order.lines.map((line) => lineOf(line, client.units)),
      sentToSupplier: sentToSupplier(order, { erpOutput: client.settings.erpOutput, isNew: true }),
      erpRelease: { state: releaseOf(order) },
    };
  },

  lookup: byReference(({ supplier }: Input, call: Call<S4hanaClient> & { readonly reference: string }) => {
    const { client, reference, organisation } = call;
    const filter = and(
      // Both fields: which one was configured when the order was sent is not known any more.
      or(...referenceFields.map((field) => eq(field, reference))),
      eq('PurchasingOrganization', organisational(organisation, 'purchasingOrganization')),
      eq('Supplier', supplier),
    );
    return findOrderIds(client, filter, call);
  }),
});

function documentOf(input: Input, dialect: Dialect, { client, organisation, reference }: WriteCall<S4hanaClient>) {
  const { settings, units } = client;
  return {
    CompanyCode: organisational(organisation, 'companyCode'),
    PurchaseOrderType: organisational(organisation, 'purchaseOrderType'),
    PurchasingOrganization: organisational(organisation, 'purchasingOrganization'),
    PurchasingGroup: organisational(organisation, 'purchasingGroup'),
    Supplier: input.supplier,
    DocumentCurrency: input.currency,
    [settings.referenceField]: reference,
    [dialect.items]: input.lines.map((line, n) => ({
      PurchaseOrderItem: String((n + 1) * 10),
      ...itemOf(line, dialect, units),
      ...(organisation['taxCode'] && { TaxCode: organisation['taxCode'] }),
      ...(input.requester && { RequisitionerName: input.requester }),
    })),
    // F02 is the header note, for people inside; F01 would be printed for the supplier.
    ...(input.note && {
      [dialect.notes]: [{ TextObjectType: 'F02', Language: settings.language, PlainLongText: input.note }],
    }),
  };
}

function itemOf({ item, site, quantity, unitPrice, deliveryDate, requisition }: Line, dialect: Dialect, units: Units) {
  const unit = units.toSystem(quantity.unit);
  const price = systemPrice(unitPrice);
  const value = systemQuantity(quantity.value);
  return {
    Material: item,
    Plant: site,
    ...(requisition && {
      PurchaseRequisition: requisition.requisition,
      PurchaseRequisitionItem: requisition.line,
    }),
    OrderQuantity: value,
    PurchaseOrderQuantityUnit: unit,
    OrderPriceUnit: unit,
    NetPriceAmount: price.amount,
    NetPriceQuantity: price.quantity,
    ...dialect.besidePrice({ currency: unitPrice.currency, unit }),
    [dialect.scheduleLines]: [
      {
        ScheduleLineDeliveryDate: dialect.date(deliveryDate),
        ScheduleLineOrderQuantity: value,
        ...dialect.scheduleUnit(unit),
      },
    ],
  };
}

function lineOf(line: OrderLine, units: Units) {
  const deliveryDate = line.schedule[0]?.date;
  if (!deliveryDate)
    throw new CountersignError('SYSTEM_ANSWER_INVALID', `Line ${line.line} has no delivery date.`, {
      applied: 'unknown',
    });
  return {
    line: line.line,
    item: line.item,
    site: line.site,
    quantity: { value: line.quantity, unit: units.toRec20(line.unit) },
    unitPrice: {
      amount: line.price,
      currency: line.currency,
      per: { quantity: line.priceQuantity, unit: units.toRec20(line.priceUnit) },
    },
    deliveryDate,
  };
}
