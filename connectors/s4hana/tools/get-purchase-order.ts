import { getPurchaseOrder } from '../../../contracts/get-purchase-order.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { existingOrder } from '../purchase-order/access.ts';
import { netOf, netTotal } from '../purchase-order/amount.ts';
import {
  type Invoiced,
  invoicedOf,
  invoicesOf,
  type Receipt,
  receiptsOf,
  receivedOf,
} from '../purchase-order/history.ts';
import { type OrderLine, versionOf } from '../purchase-order/order.ts';
import { releaseOf, sentToSupplier, statusOf } from '../purchase-order/status.ts';
import type { Units } from '../units.ts';

/** `get_purchase_order` from the purchase order service, the material documents and the supplier invoices. */
export default implement(getPurchaseOrder, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const [{ value: order }, receipts, invoices] = await Promise.all([
      existingOrder(client, input.order, call),
      receiptsOf(client, [input.order], call),
      invoicesOf(client, [input.order], call),
    ]);
    const received = new Map(order.lines.map((line) => [line.line, receivedOf(line, receipts)]));
    return {
      order: order.id,
      supplier: order.supplier,
      ...(order.date && { orderDate: order.date }),
      currency: order.currency,
      net: netTotal(order.lines, order.currency),
      status: statusOf(order, (line) => received.get(line) !== '0'),
      erpRelease: { state: releaseOf(order) },
      sentToSupplier: sentToSupplier(order, { erpOutput: client.settings.erpOutput, isNew: false }),
      references: {
        ...(order.internalReference && { ours: order.internalReference }),
        ...(order.externalReference && { theirs: order.externalReference }),
      },
      lines: order.lines.map((line) => lineOf(line, { receipts, invoices, units: client.units })),
      version: versionOf(order),
    };
  },
});

interface Context {
  readonly receipts: readonly Receipt[];
  readonly invoices: readonly Invoiced[];
  readonly units: Units;
}

function lineOf(line: OrderLine, { receipts, invoices, units }: Context) {
  const unit = units.toRec20(line.unit);
  const quantityOf = (value: string) => ({ value, unit });
  return {
    line: line.line,
    ...(line.item && { item: line.item }),
    text: line.text,
    site: line.site,
    ordered: quantityOf(line.quantity),
    unitPrice: {
      amount: line.price,
      currency: line.currency,
      per: { quantity: line.priceQuantity, unit: units.toRec20(line.priceUnit) },
    },
    net: netOf(line),
    ...(line.taxCode && { taxCode: line.taxCode }),
    deliveries: line.schedule.map(({ date, quantity }) => ({ ...(date && { date }), quantity: quantityOf(quantity) })),
    received: quantityOf(receivedOf(line, receipts)),
    invoiced: quantityOf(invoicedOf(line, invoices)),
    tolerance: { overPercent: line.over, underPercent: line.under, unlimited: line.isUnlimited },
    deliveryComplete: line.isDelivered,
    finalInvoice: line.isFinallyInvoiced,
    accountAssignment: line.accounts.flatMap((account) => assignmentOf(account, line.accounts.length > 1)),
    ...(line.requisition && { requisition: { requisition: line.requisition, line: line.requisitionLine } }),
    cancelled: line.deletionCode === 'L',
  };
}

type Account = OrderLine['accounts'][number];

function assignmentOf(account: Account, isShared: boolean) {
  const kinds = [
    ['cost_center', account.costCenter],
    ['wbs', account.wbs],
    ['order', account.order],
    ['sales_order', account.salesOrder],
    ['asset', account.asset],
  ] as const;
  const found = kinds.find(([, id]) => id !== '');
  return found ? [{ kind: found[0], id: found[1], ...(isShared && { share: account.percent }) }] : [];
}
