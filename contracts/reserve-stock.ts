import Big from 'big.js';
import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { reservationBriefing } from './briefings/reservation.ts';
import { releaseStock } from './release-stock.ts';
import { date, id, quantity, reportedQuantity, text, writeOutput } from './shapes.ts';

/** What the stock is kept for; of a transfer `id` is the site that receives it. */
const purpose = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cost_center'), id: id('cost_center') }),
  z.strictObject({ kind: z.literal('order'), id: id('internal_order') }),
  z.strictObject({ kind: z.literal('wbs'), id: id('wbs') }),
  z.strictObject({ kind: z.literal('sales_order'), id: id('sales_order'), line: id('line') }),
  z.strictObject({ kind: z.literal('transfer'), id: id('site'), storageLocation: id('storage_location').optional() }),
]);

const input = z.strictObject({
  item: id('item'),
  quantity,
  site: id('site'),
  storageLocation: id('storage_location').optional(),
  requiredOn: date,
  purpose,
  /** Whether it is refused when what is there, less what others have reserved, is not enough. */
  mustBeAvailable: z.boolean().default(true),
  /** Until when it is wanted, for the people who see the reservation: nothing releases it by itself. */
  expiresOn: date.optional(),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: text(64).optional(),
});

const output = writeOutput({
  line: z.string(),
  item: z.string(),
  site: z.string(),
  quantity,
  /** What of it has not been withdrawn, in the base unit. */
  openQuantity: reportedQuantity,
  requiredOn: date,
  purpose: z.strictObject({ kind: z.string(), id: z.string() }),
});

type Input = z.output<typeof input>;

/**
 * Reserves stock of one item. A reservation is a dated requirement: it raises the demand that planning (MRP) sees, so planning may
 * order or make what a purchase order of ours brings as well. What is available is asked for immediately before, less what other calls
 * are about to reserve; people and other programs are not in that. Throws `INSUFFICIENT_STOCK` with what is `available` (`left` and
 * `underway` where others are about to take it), `PURPOSE_INVALID`, `DATE_IN_PAST`.
 */
export const reserveStock = defineContract({
  name: 'reserve_stock',
  effect: 'create',
  summary: 'Reserves stock of one item for a purpose and a day, which raises its planned demand.',
  input,
  output,
  errors: [
    'ITEM_NOT_FOUND',
    'SITE_NOT_FOUND',
    'INSUFFICIENT_STOCK',
    'PURPOSE_INVALID',
    'DATE_IN_PAST',
    'UNIT_UNKNOWN',
    'UNSUPPORTED_BY_SYSTEM',
  ],
  examples: [
    {
      input: {
        item: 'RM-6204',
        quantity: { value: '20', unit: 'C62' },
        site: '1010',
        requiredOn: '2099-03-15',
        purpose: { kind: 'cost_center', id: '10101101' },
      },
      output: {
        document: { id: '20061', number: '20061' },
        status: 'released',
        version: 'b7c1',
        line: '1',
        item: 'RM-6204',
        site: '1010',
        quantity: { value: '20', unit: 'C62' },
        openQuantity: { value: '20', unit: 'C62' },
        requiredOn: '2099-03-15',
        purpose: { kind: 'cost_center', id: '10101101' },
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  siteOf: ({ site }) => site,
  aboutOf: ({ item, site }) => `item ${item} at site ${site}`,
  validate: ({ requiredOn, expiresOn = requiredOn, purpose: wanted, site }, { today }) => {
    for (const each of [requiredOn, expiresOn])
      if (each < today) throw new CountersignError('DATE_IN_PAST', `${each} lies before ${today}.`);
    if (wanted.kind === 'transfer' && wanted.id === site && wanted.storageLocation === undefined)
      throw new CountersignError('PURPOSE_INVALID', 'Inside one site stock is transferred to a storage location.');
  },
  takesFrom: ({ item, site }) => `stock of ${item} at ${site}`,
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  // Another quantity is another requirement: a plan that is made again with less is none of the same.
  briefing: reservationBriefing,
  businessKey: ({ item, site, quantity: { value, unit }, purpose: wanted, requiredOn }) =>
    JSON.stringify([item, site, value, unit, wanted, requiredOn]),
  compare: (asked, actual): Comparison => {
    const ours = asked.item === actual.item && asked.site === actual.site;
    const { value, unit } = actual.quantity;
    const isMore = unit !== asked.quantity.unit || new Big(value).gt(asked.quantity.value);
    return { ours, deviations: ours ? deviationsOf(asked, actual) : [], exceeds: isMore };
  },
  undoneBy: {
    contract: releaseStock,
    inputFor: ({ output: { document, line } }) => ({
      reservation: document.id,
      line,
      reason: 'What it was reserved for does not take place.',
    }),
  },
});

function deviationsOf(asked: Input, actual: z.output<typeof output>): Deviation[] {
  const facts = (
    each: Pick<Input, 'quantity' | 'requiredOn'> & { readonly purpose: { kind: string; id: string } },
  ) => ({
    'quantity.value': each.quantity.value,
    'quantity.unit': each.quantity.unit,
    requiredOn: each.requiredOn,
    purpose: `${each.purpose.kind} ${each.purpose.id}`,
  });
  const kept: Record<string, string> = facts(actual);
  return Object.entries(facts(asked))
    .filter(([path, requested]) => kept[path] !== requested)
    .map(([path, requested]) => ({ path, requested, actual: kept[path] ?? '' }));
}
