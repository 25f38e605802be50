import Big from 'big.js';
import { findOpenSupply } from '../../../contracts/find-open-supply.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { pageFacts, pageOf } from '../paging.ts';
import { existingProduct, inBaseUnit, type Product } from '../product.ts';
import { openLinesOf } from '../purchase-order/access.ts';
import { receiptsOf, receivedOf } from '../purchase-order/history.ts';
import { findRequisitionLines, openOf, versionOfLine } from '../purchase-requisition/line.ts';
import { openQuantity, openReservations, type Reservation } from '../reservation.ts';

interface Asked {
  readonly item: string;
  readonly site?: string | undefined;
}

/** `find_open_supply` from purchase orders less receipts, requisitions less orders, and reservations less withdrawals. */
export default implement(findOpenSupply, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const [product, reservations] = await Promise.all([
      existingProduct(client, input, call),
      openReservations(client, input, call),
    ]);
    const [orders, requisitions] = await Promise.all([
      openOrders(input, product, call),
      openRequisitions(input, product, call),
    ]);
    const entries = [...orders, ...requisitions, ...(reservations ?? []).map(entryOf)].toSorted((a, b) =>
      (a.date ?? '') < (b.date ?? '') ? -1 : 1,
    );
    const unit = client.units.toRec20(product.baseUnit);
    const quantityOf = (value: Big) => ({ value: value.toFixed(), unit });
    return {
      entries: pageOf(entries, input).map((entry) => ({ ...entry, open: quantityOf(entry.open) })),
      totals: {
        ordered: quantityOf(openQuantity(orders)),
        requested: quantityOf(openQuantity(requisitions)),
        ...(reservations && { reserved: quantityOf(openQuantity(reservations)) }),
      },
      baseUnit: unit,
      ...pageFacts(input, entries.length),
    };
  },
});

async function openOrders(asked: Asked, product: Product, call: Call<S4hanaClient>) {
  const lines = (await openLinesOf(call.client, asked, call)).filter(({ parent }) => parent?.deletionCode !== 'L');
  const receipts = await receiptsOf(
    call.client,
    lines.map(({ order }) => order),
    call,
  );
  return lines
    .map((line) => ({
      kind: 'purchase_order' as const,
      document: line.order,
      line: line.line,
      site: line.site,
      open: inBaseUnit(product, new Big(line.quantity).minus(receivedOf(line, receipts)).toFixed(), line.unit),
      ...(line.schedule[0]?.date && { date: line.schedule[0].date }),
      ...(line.parent?.supplier && { supplier: line.parent.supplier }),
      released: line.parent !== undefined && !line.parent.isUnreleased,
    }))
    .filter(({ open }) => open.gt(0));
}

async function openRequisitions({ item, site }: Asked, product: Product, call: Call<S4hanaClient>) {
  const filter = and(
    eq('Material', item),
    site === undefined ? undefined : eq('Plant', site),
    'IsClosed eq false',
    eq('IsDeleted', ''),
  );
  const lines = await findRequisitionLines(call.client, { filter }, call);
  return lines
    .map((line) => ({
      kind: 'purchase_requisition' as const,
      document: line.requisition,
      line: line.line,
      site: line.site,
      open: inBaseUnit(product, openOf(line).toFixed(), line.unit),
      ...(line.date && { date: line.date }),
      ...(line.supplier && { supplier: line.supplier }),
      released: !line.isUnreleased,
      version: versionOfLine(line),
    }))
    .filter(({ open }) => open.gt(0));
}

const entryOf = ({ reservation, line, site, open, date, isReleased }: Reservation) => ({
  kind: 'reservation' as const,
  document: reservation,
  line,
  site,
  open,
  ...(date && { date }),
  released: isReleased,
});
