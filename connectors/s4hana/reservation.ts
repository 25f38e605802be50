import Big from 'big.js';
import * as z from 'zod';
import type { DocumentStatus } from '../../contracts/shapes.ts';
import { digestOf } from '../../lib/core/canonical.ts';
import { isCountersignError } from '../../lib/core/errors.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, string } from '../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';
import { mapError } from './map-error.ts';
import { lineId } from './purchase-order/order.ts';

/** How the service shows a line of a reservation. */
export const reservationLine = z
  .object({
    '@odata.etag': z.string().optional(),
    Reservation: string,
    ReservationItem: lineId,
    RecordType: string,
    Product: string,
    Plant: string,
    StorageLocation: string,
    MatlCompRequirementDate: date,
    BaseUnit: string,
    EntryUnit: string,
    ResvnItmRequiredQtyInEntryUnit: decimalOrZero,
    ResvnItmRequiredQtyInBaseUnit: decimalOrZero,
    ResvnItmWithdrawnQtyInBaseUnit: decimalOrZero,
    ReservationItemIsFinallyIssued: flag,
    ReservationItmIsMarkedForDeltn: flag,
    GoodsMovementIsAllowed: flag,
  })
  .transform((each) => ({
    reservation: each.Reservation,
    line: each.ReservationItem,
    recordType: each.RecordType,
    item: each.Product,
    site: each.Plant,
    storageLocation: each.StorageLocation,
    date: each.MatlCompRequirementDate,
    asked: { value: each.ResvnItmRequiredQtyInEntryUnit, unit: each.EntryUnit },
    baseUnit: each.BaseUnit,
    withdrawn: each.ResvnItmWithdrawnQtyInBaseUnit,
    isDeleted: each.ReservationItmIsMarkedForDeltn,
    isFinallyIssued: each.ReservationItemIsFinallyIssued,
    isReleased: each.GoodsMovementIsAllowed,
    ...(each['@odata.etag'] !== undefined && { etag: each['@odata.etag'] }),
    /** Required and not withdrawn, whether or not anybody may still withdraw it. */
    open: new Big(each.ResvnItmRequiredQtyInBaseUnit).minus(each.ResvnItmWithdrawnQtyInBaseUnit),
  }));

/** A line of a reservation; `open` and `withdrawn` in the base unit. */
export type Reservation = z.output<typeof reservationLine>;

/** Whether nothing more may be withdrawn for it. */
export const isOver = ({ isDeleted, isFinallyIssued }: Reservation): boolean => isDeleted || isFinallyIssued;

/** Lines that a filter finds. */
export const findReservationLines = (client: S4hanaClient, filter: string, call: ReadContext): Promise<Reservation[]> =>
  client.service('reservation').rows('A_ReservationDocumentItem', { filter }, reservationLine, call);

/** Open reservations of an item; undefined where the service is not active (it exists since release 2021). */
export async function openReservations(
  client: S4hanaClient,
  { item, site }: { readonly item: string; readonly site?: string | undefined },
  call: ReadContext,
): Promise<Reservation[] | undefined> {
  const filter = and(eq('Product', item), site === undefined ? undefined : eq('Plant', site));
  try {
    const rows = await findReservationLines(client, filter, call);
    return rows.filter((row) => !isOver(row) && row.open.gt(0));
  } catch (error) {
    const meaning = isCountersignError(error) ? error : mapError(error);
    if (meaning.code === 'UNSUPPORTED_BY_SYSTEM') return undefined;
    throw error;
  }
}

/** Sum of what is open. */
export const openQuantity = (rows: readonly { readonly open: Big }[]): Big =>
  rows.reduce((sum, { open }) => sum.plus(open), new Big(0));

/** State of a line in words common to all systems. */
export function statusOfReservation(line: Reservation): DocumentStatus {
  if (line.isDeleted) return 'cancelled';
  if (line.open.lte(0)) return 'fulfilled';
  if (line.isFinallyIssued) return 'closed';
  return line.withdrawn === '0' ? 'released' : 'partly_fulfilled';
}

/** Changes whenever one of the lines changes; the service has no ETag. */
export const versionOfReservation = (lines: readonly Reservation[]): string =>
  digestOf(lines.map((line) => ({ ...line, open: line.open.toFixed() }))).slice(0, 16);
