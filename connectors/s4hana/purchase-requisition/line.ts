import { createHash } from 'node:crypto';
import Big from 'big.js';
import * as z from 'zod';
import type { DocumentStatus } from '../../../contracts/shapes.ts';
import type { Query, ReadContext } from '../../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, instant, string } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import { lineId } from '../purchase-order/order.ts';

const row = z
  .object({
    PurchaseRequisition: z.string().min(1),
    PurchaseRequisitionItem: lineId,
    Material: string,
    Plant: string,
    RequestedQuantity: decimalOrZero,
    OrderedQuantity: decimalOrZero,
    BaseUnit: string,
    DeliveryDate: date,
    FixedSupplier: string,
    Supplier: string,
    PurReqnReleaseStatus: string,
    ReleaseIsNotCompleted: flag,
    IsDeleted: string,
    IsClosed: flag,
    LastChangeDateTime: instant,
  })
  .transform((each) => ({
    requisition: each.PurchaseRequisition,
    line: each.PurchaseRequisitionItem,
    item: each.Material,
    site: each.Plant,
    requested: each.RequestedQuantity,
    ordered: each.OrderedQuantity,
    unit: each.BaseUnit,
    date: each.DeliveryDate,
    supplier: each.FixedSupplier || each.Supplier,
    processing: each.PurReqnReleaseStatus,
    isUnreleased: each.ReleaseIsNotCompleted,
    isDeleted: each.IsDeleted !== '',
    isClosed: each.IsClosed,
    lastChange: each.LastChangeDateTime ?? '',
  }));

/** A line of a purchase requisition. */
export type RequisitionLine = z.output<typeof row>;

/** Lines that a filter finds. */
export const findRequisitionLines = (
  client: S4hanaClient,
  query: Query,
  call: ReadContext,
): Promise<RequisitionLine[]> =>
  client.service('purchaseRequisition').rows('A_PurchaseRequisitionItem', query, row, call);

/** One line by its key, as the service shows it; undefined when there is none. */
export async function findRequisitionLine(
  client: S4hanaClient,
  { requisition, line }: { readonly requisition: string; readonly line: string },
  call: ReadContext,
): Promise<RequisitionLine | undefined> {
  const key = { PurchaseRequisition: requisition, PurchaseRequisitionItem: line };
  return (await client.service('purchaseRequisition').find('A_PurchaseRequisitionItem', key, {}, row, call))?.value;
}

/** Quantity that may still be ordered; nothing once the line is closed or deleted. */
export function openOf({ requested, ordered, isClosed, isDeleted }: RequisitionLine): Big {
  const open = new Big(requested).minus(ordered);
  return isClosed || isDeleted || open.lt(0) ? new Big(0) : open;
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Changes whenever the line changes; the service has no ETag. */
export const versionOfLine = (line: RequisitionLine): string => digest(line);

/** Changes whenever one of the lines changes. */
export const versionOfLines = (lines: readonly RequisitionLine[]): string => digest(lines);

/** State of a requisition in words common to all systems. */
export function statusOfLines(lines: readonly RequisitionLine[]): DocumentStatus {
  if (lines.every(({ isDeleted }) => isDeleted)) return 'cancelled';
  if (lines.every(({ isClosed, isDeleted }) => isClosed || isDeleted)) return 'closed';
  const release = releaseOfLines(lines);
  if (release === 'rejected') return 'rejected';
  if (release === 'pending') return 'in_approval';
  if (lines.every((line) => openOf(line).eq(0))) return 'fulfilled';
  return lines.some(({ ordered }) => ordered !== '0') ? 'partly_fulfilled' : 'released';
}

/** The system's own release of lines. Source: the codes of KBA 3416344 (03 in release, 05 completed, 08 rejected). */
export function releaseOfLines(
  lines: readonly RequisitionLine[],
): 'not_required' | 'pending' | 'released' | 'rejected' {
  if (lines.some(({ processing }) => processing === '08')) return 'rejected';
  if (lines.some(({ isUnreleased, processing }) => isUnreleased || processing === '03')) return 'pending';
  return lines.some(({ processing }) => processing === '05') ? 'released' : 'not_required';
}
