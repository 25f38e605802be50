import Big from 'big.js';
import * as z from 'zod';
import { isCountersignError } from '../../lib/core/errors.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, string } from '../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';
import { mapError } from './map-error.ts';
import { lineId } from './purchase-order/order.ts';

const row = z
  .object({
    Reservation: string,
    ReservationItem: lineId,
    Plant: string,
    MatlCompRequirementDate: date,
    ResvnItmRequiredQtyInBaseUnit: decimalOrZero,
    ResvnItmWithdrawnQtyInBaseUnit: decimalOrZero,
    ReservationItemIsFinallyIssued: flag,
    ReservationItmIsMarkedForDeltn: flag,
    GoodsMovementIsAllowed: flag,
  })
  .transform((each) => ({
    reservation: each.Reservation,
    line: each.ReservationItem,
    site: each.Plant,
    date: each.MatlCompRequirementDate,
    isOver: each.ReservationItemIsFinallyIssued || each.ReservationItmIsMarkedForDeltn,
    isReleased: each.GoodsMovementIsAllowed,
    open: new Big(each.ResvnItmRequiredQtyInBaseUnit).minus(each.ResvnItmWithdrawnQtyInBaseUnit),
  }));

/** An open reservation; `open` in the base unit. */
export type Reservation = z.output<typeof row>;

/** Open reservations of an item; undefined where the service is not active (it exists since release 2021). */
export async function openReservations(
  client: S4hanaClient,
  { item, site }: { readonly item: string; readonly site?: string | undefined },
  call: ReadContext,
): Promise<Reservation[] | undefined> {
  const filter = and(eq('Product', item), site === undefined ? undefined : eq('Plant', site));
  try {
    const rows = await client.service('reservation').rows('A_ReservationDocumentItem', { filter }, row, call);
    return rows.filter(({ isOver, open }) => !isOver && open.gt(0));
  } catch (error) {
    const meaning = isCountersignError(error) ? error : mapError(error);
    if (meaning.code === 'UNSUPPORTED_BY_SYSTEM') return undefined;
    throw error;
  }
}

/** Sum of what is open. */
export const openQuantity = (rows: readonly { readonly open: Big }[]): Big =>
  rows.reduce((sum, { open }) => sum.plus(open), new Big(0));
