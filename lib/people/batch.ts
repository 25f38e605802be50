import Big from 'big.js';
import type { Approval } from '../core/approval/approval.ts';
import { valueText } from './amount.ts';
import type { SignedInVisit } from './visit.ts';

/** Up to what amount one person approves several at once; amounts are in `currency`. */
export interface BatchTerms {
  readonly currency: string;
  readonly upTo: string;
  /** The most that this person may approve. */
  readonly limit?: string | undefined;
}

/** One choice of several that a page showed: rounds, each in the version that was seen. */
export type Selection = readonly { readonly id: string; readonly version: number }[];

/** A page shows this many to be approved at once, and no more. */
const most = 50;

/** The terms of the person who looks; undefined where approvals are given one by one. */
export function termsFor({ on, signedIn: { session } }: SignedInVisit): BatchTerms | undefined {
  const { currency, batch } = on.settings;
  return batch && { currency, upTo: batch.upTo, limit: on.approvers[session.approver]?.limit };
}

/** Whether a round can be approved together with others of its tool. */
export const canBeInBatch = ({ value }: Approval): boolean => value !== undefined;

/** What the rounds commit together, a decimal in the policy's currency. */
export const totalOf = (rounds: readonly Approval[]): string =>
  rounds.reduce((sum, { value }) => sum.plus(value ?? 0), new Big(0)).toFixed();

/** Why these rounds are not approved together, in a sentence; undefined when they can be. */
export function problemOf(rounds: readonly Approval[], { currency, upTo, limit }: BatchTerms): string | undefined {
  if (rounds.length < 2) return 'Choose two or more. A single one is decided on its own page.';
  if (rounds.length > most) return `Choose at most ${most}.`;
  if (new Set(rounds.map(({ tool }) => tool)).size > 1)
    return 'Only calls of one tool are approved together, and you chose some of several.';
  if (!rounds.every(canBeInBatch)) return `One of them has no amount in ${currency}. Open it, and decide it alone.`;
  const total = totalOf(rounds);
  const over = (cap: string) => new Big(total).gt(cap);
  if (over(upTo))
    return `Together they are ${valueText(currency, total)}. At most ${valueText(currency, upTo)} are approved at once: choose fewer.`;
  if (limit !== undefined && over(limit))
    return `Together they are ${valueText(currency, total)}, above your limit of ${valueText(currency, limit)}: choose fewer.`;
  return undefined;
}

/** A selection as a form carries it: `<id>:<version>`, with spaces between. */
export const selectionText = (selection: Selection): string =>
  selection.map(({ id, version }) => `${id}:${version}`).join(' ');

/** The selection that a form of ours carries. */
export const selectionOf = (text: string): Selection =>
  text.split(' ').map((each) => {
    const [id = '', version = ''] = each.split(':');
    return { id, version: Number(version) };
  });

/** What a form proves that approves a selection: these rounds in these versions, and no others. */
export const batchFormPath = (selection: Selection): string => `/batch ${selectionText(selection)}`;
