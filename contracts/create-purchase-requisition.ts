import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { requisitionBriefing } from './briefings/requisition.ts';
import { date, erpRelease, id, quantity, text, writeOutput } from './shapes.ts';

const line = z.strictObject({
  item: id('item'),
  quantity,
  deliveryDate: date,
  site: id('site'),
  /** A wish; purchasing decides. */
  supplier: id('supplier').optional(),
});

const input = z.strictObject({
  lines: z.array(line).min(1).max(100),
  requester: text(12).optional(),
  description: text(40).optional(),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: z.string().min(1).max(64).optional(),
});

const output = writeOutput({
  lines: z.array(
    z.strictObject({
      line: z.string(),
      item: z.string(),
      site: z.string(),
      quantity,
      deliveryDate: date,
      /** What `close_purchase_requisition` compares. */
      version: z.string(),
    }),
  ),
  erpRelease,
});

type Line = z.output<typeof input>['lines'][number];

/** Creates a purchase requisition: the safest write, since the system's own workflow and its buyers decide what becomes of it. */
export const createPurchaseRequisition = defineContract({
  name: 'create_purchase_requisition',
  effect: 'create',
  summary: 'Asks purchasing for items, once in effect; buyers and the workflow of the system decide what is ordered.',
  input,
  output,
  errors: ['ITEM_NOT_FOUND', 'ITEM_NOT_PURCHASABLE', 'SITE_NOT_FOUND', 'UNIT_UNKNOWN', 'DATE_IN_PAST'],
  examples: [
    {
      input: {
        lines: [
          {
            item: 'RM-6204',
            quantity: { value: '60', unit: 'C62' },
            deliveryDate: '2099-04-01',
            site: '1010',
          },
        ],
        description: 'Shortage of bearings',
      },
      output: {
        document: { id: '10000041', number: '10000041' },
        status: 'in_approval',
        version: 'b7c1',
        lines: [
          {
            line: '10',
            item: 'RM-6204',
            site: '1010',
            quantity: { value: '60', unit: 'C62' },
            deliveryDate: '2099-04-01',
            version: 'b7c1',
          },
        ],
        erpRelease: { state: 'pending' },
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  siteOf: ({ lines }) => lines[0]?.site,
  validate: ({ lines }, { today }) => {
    for (const { deliveryDate } of lines)
      if (deliveryDate < today) throw new CountersignError('DATE_IN_PAST', `${deliveryDate} lies before ${today}.`);
  },
  requesterOf: ({ requester }) => requester,
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  briefing: requisitionBriefing,
  businessKey: ({ lines }) =>
    JSON.stringify(
      lines.map((each) => [each.item, each.site, each.quantity.value, each.quantity.unit, each.deliveryDate]).sort(),
    ),
  compare: (asked, actual): Comparison => {
    const ours =
      asked.lines.length === actual.lines.length && asked.lines.every((each, n) => each.item === actual.lines[n]?.item);
    const deviations = ours ? asked.lines.flatMap((each, n) => deviationsOf(each, actual.lines[n], n)) : [];
    // A requisition commits nothing yet, so nothing of it can exceed what was asked for.
    return { ours, deviations, exceeds: false };
  },
});

function deviationsOf(asked: Line, actual: Omit<Line, 'supplier'> | undefined, n: number): Deviation[] {
  if (!actual) return [];
  const facts = (each: Omit<Line, 'supplier'>): Record<string, string> => ({
    'quantity.value': each.quantity.value,
    'quantity.unit': each.quantity.unit,
    deliveryDate: each.deliveryDate,
    site: each.site,
  });
  const kept = facts(actual);
  return Object.entries(facts(asked))
    .filter(([path, requested]) => kept[path] !== requested)
    .map(([path, requested]) => ({ path: `lines.${n}.${path}`, requested, actual: kept[path] ?? '' }));
}
