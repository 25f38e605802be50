import type { DocumentStatus } from '../../../contracts/shapes.ts';
import type { PurchaseOrder } from './order.ts';

type Facts = Pick<PurchaseOrder, 'deletionCode' | 'processing' | 'isIncomplete' | 'isUnreleased' | 'lines'>;

/** Whether the order or every line of it is flagged as deleted. */
export const isCancelled = ({ deletionCode, lines }: Pick<Facts, 'deletionCode' | 'lines'>): boolean =>
  deletionCode === 'L' || (lines.length > 0 && lines.every((line) => line.deletionCode === 'L'));

/** The system's own release. Source: KBA 3070935 for the order of the tests, KBA 3416344 for the codes (08 rejected, 05 release completed). */
export function releaseOf({ processing, isUnreleased }: Facts): 'not_required' | 'pending' | 'released' | 'rejected' {
  if (processing === '08') return 'rejected';
  if (isUnreleased || processing === '03') return 'pending';
  return processing === '05' ? 'released' : 'not_required';
}

/** State of an order in words common to all systems; `received` tells whether goods came for a line. */
export function statusOf(order: Facts, received: (line: string) => boolean): DocumentStatus {
  if (isCancelled(order)) return 'cancelled';
  if (order.isIncomplete) return 'incomplete';
  const release = releaseOf(order);
  if (release === 'rejected') return 'rejected';
  if (release === 'pending') return 'in_approval';
  const open = order.lines.filter(({ deletionCode }) => deletionCode !== 'L');
  if (open.every(({ isDelivered, isFinallyInvoiced }) => isDelivered && isFinallyInvoiced)) return 'closed';
  if (open.every(({ isDelivered }) => isDelivered)) return 'fulfilled';
  return open.some(({ line, isDelivered }) => isDelivered || received(line)) ? 'partly_fulfilled' : 'released';
}

/**
 * Whether the supplier has the order. No service tells what became of the output; an order that is not released has none (KBA 3070935),
 * and where the system holds output, a new order has not left it.
 */
export function sentToSupplier(
  order: Facts,
  { erpOutput, isNew }: { readonly erpOutput: 'hold' | 'send'; readonly isNew: boolean },
): 'no' | 'unknown' {
  const release = releaseOf(order);
  const cannotBeSent = order.isIncomplete || release === 'pending' || release === 'rejected';
  return cannotBeSent || (isNew && erpOutput === 'hold') ? 'no' : 'unknown';
}
