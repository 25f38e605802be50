import type { Contract } from '../contract.ts';
import type { Dossier } from './dossier.ts';

/** What a briefing is written from: the call, and what the system answered when it was asked about it. */
export interface BriefingFacts {
  readonly input: unknown;
  /** Output of each read of the briefing; a read that failed is missing. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** When the system answered, epoch ms. */
  readonly asOf: number;
}

/** How a contract explains itself to an approver. Pure: what it needs from the system it names as reads of other contracts. */
export interface Briefing {
  /** Reads to make first: a name -> contract and its input. */
  reads(input: unknown): Readonly<Record<string, { readonly contract: string; readonly input: unknown }>>;
  dossier(facts: BriefingFacts): Omit<Dossier, 'differences'>;
}

/** The dossier of a contract; one that brings no briefing of its own is shown by its arguments. */
export const briefingOf = (contract: Contract): Briefing => contract.briefing ?? plainBriefing(contract);

const plainBriefing = ({ name, summary, amountOf }: Contract): Briefing => ({
  reads: () => ({}),
  dossier: ({ input, asOf }) => {
    const amount = amountOf?.(input);
    const words = name.replaceAll('_', ' ');
    const headline = amount ? `${words} ${amount.currency} ${amount.amount}` : words;
    return {
      action: headline,
      headline,
      facts: leaves(input).map(([label, value]) => ({ label, value, untrusted: true, asOf })),
      lineHeadings: [],
      lines: [],
      next: summary,
      undo: 'See the description of the tool.',
      material: {},
    };
  },
});

/** Every value of the arguments with its path. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path ? `${path}.${name}` : name));
}
