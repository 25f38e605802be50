import type { Dossier } from './dossier.ts';

/** What a briefing is written from: the call, and what the system answered when it was asked about it. */
export interface BriefingFacts {
  readonly input: unknown;
  /** Output of each read of the briefing; a read that failed is missing. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** When the system answered, epoch ms. */
  readonly asOf: number;
}

/** One read of a briefing. */
export interface BriefingRead {
  readonly contract: string;
  readonly input: unknown;
  /** The approval stands on what it tells: it is made again before anything is carried out. */
  readonly material?: true;
}

/** How a contract explains itself to an approver. Pure: what it needs from the system it names as reads of other contracts. */
export interface Briefing {
  /** Reads to make first, by a name. */
  reads(input: unknown): Readonly<Record<string, BriefingRead>>;
  dossier(facts: BriefingFacts): Omit<Dossier, 'differences'>;
}
