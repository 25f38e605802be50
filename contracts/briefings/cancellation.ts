import Big from 'big.js';
import * as z from 'zod';
import { amountText } from '../../lib/core/amount-text.ts';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { type ExistingOrder, lineMaterial, orderFacts, orderIn, orderRead, quantityText } from './existing-order.ts';
import { priceText } from './prices.ts';

const input = z.object({ order: z.string(), lines: z.array(z.string()).optional(), reason: z.string() });

/** How a cancellation explains itself: what is cancelled, and what was received or invoiced of it. */
export const cancellationBriefing = (): Briefing => ({
  reads: (given) => orderRead(input.parse(given).order),
  dossier: (facts) => {
    const { order, lines, reason } = input.parse(facts.input);
    const known = orderIn(facts);
    const gone = known?.lines.filter(({ line, cancelled }) => !cancelled && (lines?.includes(line) ?? true)) ?? [];
    const what = lines ? `line ${lines.join(', ')} of order ${order}` : `order ${order}`;
    return {
      action: `Cancel ${what}${worth(known, gone)}`,
      headline: `Cancel PO ${order}${lines ? ` line ${lines.join(', ')}` : ''}${worth(known, gone)}`,
      facts: orderFacts(order, known, facts.asOf),
      lineHeadings: ['Line', 'Item', 'Quantity', 'Price', 'Received', 'Invoiced'],
      lines: gone.map(({ line, item, text, ordered, unitPrice, received, invoiced }) => [
        ...[line, item ?? text, quantityText(ordered), priceText(unitPrice)],
        ...[quantityText(received), quantityText(invoiced)],
      ]),
      next: 'It is cancelled in the ERP. If the supplier has the order, a person has to tell them.',
      undo: 'It cannot be undone; what is still needed is ordered anew.',
      note: reason,
      material: Object.assign({}, ...gone.map(lineMaterial)),
    };
  },
});

function worth(known: ExistingOrder | undefined, gone: ExistingOrder['lines']): string {
  if (!known || gone.length === 0) return '';
  const net = gone.reduce((sum, line) => sum.plus(line.net), new Big(0));
  return ` worth ${amountText(known.currency, net.toFixed(gone[0]?.net.split('.')[1]?.length ?? 0))}`;
}
