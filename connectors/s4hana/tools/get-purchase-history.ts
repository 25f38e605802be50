import Big from 'big.js';
import type * as z from 'zod';
import { getPurchaseHistory } from '../../../contracts/get-purchase-history.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { existingProduct } from '../product.ts';
import { newestLinesOf } from '../purchase-order/access.ts';
import {
  type Invoiced,
  invoicedOf,
  invoicesOf,
  type Receipt,
  receiptsOf,
  receivedOf,
} from '../purchase-order/history.ts';
import type { OrderLine } from '../purchase-order/order.ts';
import { findSuppliersById } from '../supplier.ts';
import type { Units } from '../units.ts';

type Input = z.output<typeof getPurchaseHistory.input>;

/** Pages that are looked through for lines of one supplier, and their size. */
const most = { pages: 10, lines: 100 };

/** `get_purchase_history` from purchase order lines, newest order first, with their receipts and invoices. */
export default implement(getPurchaseHistory, {
  run: async (input: Input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const [, lines] = await Promise.all([existingProduct(client, { item: input.item }, call), newest(input, call)]);
    const orders = [...new Set(lines.map(({ order }) => order))];
    const [receipts, invoices, suppliers] = await Promise.all([
      receiptsOf(client, orders, call),
      invoicesOf(client, orders, call),
      findSuppliersById(
        client,
        lines.flatMap(({ parent }) => parent?.supplier ?? []),
        call,
      ),
    ]);
    return {
      entries: lines.map((line) => ({
        ...entryOf(line, { receipts, invoices, units: client.units }),
        supplierName: suppliers.get(line.parent?.supplier ?? '')?.name ?? '',
      })),
    };
  },
});

async function newest(input: Input, call: Call<S4hanaClient>): Promise<OrderLine[]> {
  const { client } = call;
  const { item, site } = input;
  const found: OrderLine[] = [];
  for (let page = 0; page < most.pages && found.length < input.limit; page++) {
    const rows = await newestLinesOf(client, { item, site, top: most.lines, skip: page * most.lines }, call);
    found.push(...rows.filter((line) => isAskedFor(line, input)));
    if (rows.length < most.lines) break;
  }
  return found.slice(0, input.limit);
}

const isAskedFor = ({ parent, deletionCode }: OrderLine, { supplier, includeCancelled }: Input): boolean =>
  (supplier === undefined || parent?.supplier === supplier) &&
  (includeCancelled || (deletionCode !== 'L' && parent?.deletionCode !== 'L'));

interface Context {
  readonly receipts: readonly Receipt[];
  readonly invoices: readonly Invoiced[];
  readonly units: Units;
}

function entryOf(line: OrderLine, { receipts, invoices, units }: Context) {
  const unit = units.toRec20(line.unit);
  const receivedOn = lastReceipt(line, receipts);
  const promised = line.schedule.at(-1)?.date;
  const invoicedUnitPrice = invoicedPrice(line, invoices, unit);
  return {
    order: line.order,
    line: line.line,
    ...(line.parent?.date && { orderDate: line.parent.date }),
    supplier: line.parent?.supplier ?? '',
    site: line.site,
    ordered: { value: line.quantity, unit },
    unitPrice: {
      amount: line.price,
      currency: line.currency,
      per: { quantity: line.priceQuantity, unit: units.toRec20(line.priceUnit) },
    },
    currency: line.currency,
    received: { value: receivedOf(line, receipts), unit },
    ...(receivedOn && { receivedOn }),
    ...(receivedOn && promised && { daysLate: daysBetween(promised, receivedOn) }),
    ...(invoicedUnitPrice && { invoicedUnitPrice }),
    cancelled: line.deletionCode === 'L' || line.parent?.deletionCode === 'L',
  };
}

const lastReceipt = (line: OrderLine, receipts: readonly Receipt[]): string | undefined =>
  receipts
    .filter((each) => each.order === line.order && each.line === line.line && each.sign > 0)
    .flatMap(({ postedOn }) => postedOn ?? [])
    .toSorted()
    .at(-1);

/** Early is zero days late. */
const daysBetween = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000));

/** What was invoiced in all for the quantity invoiced in all: exact, where a price for one would have to be rounded. */
function invoicedPrice(line: OrderLine, invoices: readonly Invoiced[], unit: string) {
  const quantity = invoicedOf(line, invoices);
  if (new Big(quantity).lte(0)) return undefined;
  const amount = invoices
    .filter((each) => each.order === line.order && each.line === line.line)
    .reduce((sum, each) => sum.plus(each.amount), new Big(0));
  return { amount: amount.toFixed(digitsOf(line.currency)), currency: line.currency, per: { quantity, unit } };
}
