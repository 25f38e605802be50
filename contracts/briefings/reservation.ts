import * as z from 'zod';
import type { Briefing } from '../../lib/core/approval/briefing.ts';
import { itemFacts, itemReads } from './item-facts.ts';

const input = z.object({
  item: z.string(),
  quantity: z.object({ value: z.string(), unit: z.string() }),
  site: z.string(),
  requiredOn: z.string(),
  purpose: z.object({ kind: z.string(), id: z.string() }),
  mustBeAvailable: z.boolean(),
  expiresOn: z.string().optional(),
});

/** How a reservation explains itself: what is there, what others have reserved of it, and for what it is taken. */
export const reservationBriefing = (): Briefing => ({
  reads: (given) => itemReads([input.parse(given)]),
  dossier: (facts) => {
    const { item, quantity, site, requiredOn, purpose, mustBeAvailable, expiresOn } = input.parse(facts.input);
    const wanted = `${quantity.value} ${quantity.unit} ${item}`;
    return {
      action: `Reserve ${wanted} at ${site}`,
      headline: `Reservation - ${wanted} at ${site} for ${requiredOn}`,
      facts: [
        { label: 'For', value: `${purpose.kind.replaceAll('_', ' ')} ${purpose.id}` },
        { label: 'Required on', value: requiredOn },
        ...(expiresOn === undefined ? [] : [{ label: 'Wanted until', value: expiresOn }]),
        ...itemFacts({ item, site }, facts),
      ],
      lineHeadings: [],
      lines: [],
      next: `It is reserved${mustBeAvailable ? ' if so much is free' : ', free or not'}; planning sees it as demand and may order or make more.`,
      undo: 'Until it is withdrawn, by releasing it.',
      material: {},
    };
  },
});
