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
