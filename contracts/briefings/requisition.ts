import * as z from 'zod';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { itemFacts, itemReads, knownOf } from './item-facts.ts';

const line = z.object({
  item: z.string(),
  quantity: z.object({ value: z.string(), unit: z.string() }),
  deliveryDate: z.string(),
  site: z.string(),
});
const input = z.object({
  lines: z.tuple([line], line),
  requester: z.string().optional(),
  description: z.string().optional(),
});

/** How a requisition explains itself: what is there already, and what is on its way. */
export const requisitionBriefing = (): Briefing => ({
  reads: (given) => itemReads(input.parse(given).lines),
  dossier: (facts) => {
    const { lines, requester, description } = input.parse(facts.input);
    const [first, ...others] = lines;
    const wanted = `${first.quantity.value} ${first.quantity.unit} ${first.item}`;
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return {
      action: `Ask purchasing for ${wanted}${more}`,
      headline: `Requisition - ${wanted}${more}`,
      facts: [
        ...itemFacts(first, facts),
        ...(requester === undefined ? [] : [{ label: 'Requested by', value: requester, untrusted: true }]),
      ],
      lineHeadings: ['Item', 'Quantity', 'Stock', 'On its way', 'Delivery', 'Site'],
      lines: lines.map((each) => {
        const { stock, supply } = knownOf(each, facts);
        return [each.item, `${each.quantity.value} ${each.quantity.unit}`, stock, supply, each.deliveryDate, each.site];
      }),
      next: 'The requisition is created in the ERP; its own workflow and its buyers decide what is ordered.',
      undo: 'Until it is ordered, by closing it.',
      ...(description !== undefined && { note: description }),
      material: {},
    };
  },
});
