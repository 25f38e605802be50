import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { ReadContext } from '../../../lib/protocols/odata.ts';
import { decimalOrZero, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { confirmedOf, deliveredOf, type SalesOrder } from '../sales-order/order.ts';

interface Wanted {
  readonly order: SalesOrder;
  readonly lines: readonly { readonly line: string; readonly quantity: { readonly value: string } }[] | undefined;
}

const row = z.object({ MaterialBaseUnit: string, MatlWrhsStkQtyInMatlBaseUnit: decimalOrZero });

/**
 * Refuses what the stock does not cover: the system would deliver less without a word. A line in another unit than that
 * of the stock is left to the system. Throws `NOT_FOUND` for a line that the order has not, `INSUFFICIENT_STOCK`.
 */
export async function checkStock(client: S4hanaClient, { order, lines }: Wanted, call: ReadContext): Promise<void> {
  const wanted = lines
    ? lines.map(({ line, quantity }) => ({ line: lineOf(order, line), quantity: new Big(quantity.value) }))
    : order.lines.map((line) => ({ line, quantity: confirmedOf(line).minus(deliveredOf(line)) }));
  const places = Map.groupBy(
    wanted.filter(({ line, quantity }) => quantity.gt(0) && !line.rejectedReason),
    ({ line }) => JSON.stringify([line.item, line.site, line.unit]),
  );
  for (const group of places.values()) {
    const [first] = group;
    if (!first) continue;
    const { item, site, unit } = first.line;
    const asked = group.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
    const there = await unrestrictedStock(client, { item, site, unit }, call);
    if (there && asked.gt(there))
      throw new CountersignError('INSUFFICIENT_STOCK', `Of ${item} ${there.toFixed()} ${unit} are there in ${site}.`, {
        facts: { item, site, available: there.toFixed() },
      });
  }
}

function lineOf({ id, lines }: SalesOrder, number: string) {
  const line = lines.find((each) => each.line === number);
  if (line) return line;
  throw new CountersignError('NOT_FOUND', `Order ${id} has no line ${number}.`);
}

/** What anybody may use of an item in a site; undefined where its stock is kept in another unit. */
async function unrestrictedStock(
  client: S4hanaClient,
  { item, site, unit }: { readonly item: string; readonly site: string; readonly unit: string },
  call: ReadContext,
): Promise<Big | undefined> {
  const kind = and(eq('InventoryStockType', '01'), eq('InventorySpecialStockType', ''));
  const filter = and(eq('Material', item), eq('Plant', site), kind);
  const rows = await client.service('stock').rows('A_MatlStkInAcctMod', { filter }, row, call);
  if (rows.some(({ MaterialBaseUnit }) => MaterialBaseUnit !== unit)) return undefined;
  return rows.reduce((sum, each) => sum.plus(each.MatlWrhsStkQtyInMatlBaseUnit), new Big(0));
}
