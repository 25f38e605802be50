import type Big from 'big.js';
import type * as z from 'zod';
import type { reserveStock } from '../../contracts/reserve-stock.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { Claim } from '../../lib/core/policy/claims.ts';
import type { Call } from '../../lib/core/tool.ts';
import type { S4hanaClient } from './client.ts';
import { existingProduct, inBaseUnit } from './product.ts';
import { openQuantity, openReservations } from './reservation.ts';
import { stockOf, unrestricted } from './stock.ts';

type Wanted = z.output<typeof reserveStock.input>;

/**
 * What a reservation takes from the free stock of its site, in the base unit, and of its storage location where it names one: others
 * reserve without naming one, so that what is free there may be free no more in the site. Nothing where it need not be available.
 * Throws `INSUFFICIENT_STOCK` with what is available, `UNSUPPORTED_BY_SYSTEM` where reservations cannot be read.
 */
export async function claimsOnStock(wanted: Wanted, call: Call<S4hanaClient>): Promise<readonly Claim[]> {
  const { client } = call;
  const { item, site, storageLocation, quantity, mustBeAvailable } = wanted;
  const product = await existingProduct(client, wanted, call);
  const amount = inBaseUnit(product, quantity.value, client.units.toSystem(quantity.unit));
  if (!mustBeAvailable) return [];
  const [stock, reservations] = await Promise.all([
    stockOf(client, { item, site }, call),
    openReservations(client, { item, site }, call),
  ]);
  if (!reservations)
    throw new CountersignError('UNSUPPORTED_BY_SYSTEM', 'The system offers no service for reservations.');
  const free = (rows: typeof stock, taken: typeof reservations) => unrestricted(rows).minus(openQuantity(taken));
  const isThere = (each: { readonly storageLocation: string }) => each.storageLocation === storageLocation;
  const places: [pot: string, left: Big][] = [[`item ${item} at site ${site}`, free(stock, reservations)]];
  if (storageLocation !== undefined)
    places.push([`item ${item} at ${storageLocation}`, free(stock.filter(isThere), reservations.filter(isThere))]);
  const unit = client.units.toRec20(product.baseUnit);
  return places.map(([pot, free]) => {
    const left = free.lt(0) ? '0' : free.toFixed();
    if (!amount.gt(left)) return { pot, amount: amount.toFixed(), left, refusal: 'INSUFFICIENT_STOCK' };
    throw new CountersignError('INSUFFICIENT_STOCK', `Of ${pot} ${left} ${unit} are available.`, {
      facts: { available: { value: left, unit } },
    });
  });
}
