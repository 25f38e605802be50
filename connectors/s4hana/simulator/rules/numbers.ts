import type { Change } from '../../../../lib/simulation/state.ts';
import type { View } from '../odata/view.ts';
import { put } from '../tables.ts';

/** Takes the next number of a range; the change has to be committed even where the document is lost. */
export const nextNumber = (view: View, range: string): { number: string; change: Change } => {
  const number = String(view.row('number_range', range)?.['next'] ?? '');
  if (number === '') throw new Error(`Number range ${range} does not exist.`);
  const next = String(BigInt(number) + 1n).padStart(number.length, '0');
  return { number, change: put('number_range', { range, next }) };
};

/** The calendar day of an instant; the company's books are kept in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** A change stamp later than the one before, even within one millisecond. */
export const changeStamp = (now: number, previous: unknown): string => {
  const before = typeof previous === 'string' ? Date.parse(previous) : Number.NEGATIVE_INFINITY;
  return new Date(Math.max(now, before + 1)).toISOString();
};
