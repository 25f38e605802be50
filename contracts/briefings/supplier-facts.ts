import * as z from 'zod';
import type { BriefingFacts } from '../../lib/core/approval/briefing.ts';
import type { Fact } from '../../lib/core/approval/dossier.ts';

const supplier = z.object({
  name: z.string(),
  status: z.object({ purchasing: z.string(), posting: z.string(), payment: z.string(), scope: z.array(z.string()) }),
  createdOn: z.string().optional(),
  firstOrderOn: z.string().optional(),
});

type Supplier = z.output<typeof supplier>;

const day = 86_400_000;
/** A supplier that is younger than this, in days, is looked at twice. */
const young = 90;

/** The supplier in an answer of `get_supplier`; undefined where it did not answer. */
export const supplierIn = ({ answers }: BriefingFacts): Supplier | undefined =>
  supplier.safeParse(answers['supplier']).data;

/** Who the supplier is, how long it is known, and what of it is blocked. */
export function supplierFacts(id: string, facts: BriefingFacts): Fact[] {
  const known = supplierIn(facts);
  const { asOf } = facts;
  if (!known) return [{ label: 'Supplier', value: `${id} (the ERP did not answer)`, warning: true }];
  const blocks = blocksOf(known);
  return [
    { label: 'Supplier', value: `${known.name} (${id})`, untrusted: true, asOf },
    ...(known.createdOn === undefined ? [] : [ageFact(known.createdOn, known.firstOrderOn, asOf)]),
    {
      label: 'Supplier blocked',
      value: blocks.length > 0 ? blocks.join(', ') : 'no',
      asOf,
      ...(blocks.length > 0 && { warning: true }),
    },
  ];
}

/** What an approval stands on: whether anything is blocked for the company that orders. */
export function supplierMaterial(known: Supplier | undefined): Record<string, string> {
  if (!known) return {};
  const { purchasing, posting, payment } = known.status;
  return { 'supplier blocked': String([purchasing, posting, payment].includes('blocked')) };
}

function blocksOf({ status: { scope, ...own } }: Supplier): string[] {
  const blocked = Object.entries(own)
    .filter(([, state]) => state === 'blocked')
    .map(([what]) => what);
  return scope.length > 0 ? [...blocked, `for ${scope.join(' and ')}`] : blocked;
}

function ageFact(createdOn: string, firstOrderOn: string | undefined, asOf: number): Fact {
  const days = Math.max(0, Math.floor((asOf - Date.parse(createdOn)) / day));
  const first = firstOrderOn === undefined ? '' : `, first order ${firstOrderOn}`;
  const age = days >= 730 ? `${Math.floor(days / 365)} years` : `${days} days`;
  return {
    label: 'Supplier since',
    value: `${createdOn}, ${age}${first}`,
    asOf,
    ...(days < young && { warning: true }),
  };
}
