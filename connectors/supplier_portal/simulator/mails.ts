import type { Change, Row } from '../../../lib/simulation/state.ts';
import { numbered, put, textOf, type View } from './records.ts';

/** One mail that the portal has sent: it cannot be taken back. */
export interface Mail {
  readonly to: string;
  readonly kind: 'invitation' | 'welcome' | 'shipment';
  /** The account or the announcement that it is about. */
  readonly about: string;
  readonly subject: string;
}

/** Puts mails into the outbox, one after the other. */
export function mailed(view: View, now: number, mails: readonly Mail[]): Change[] {
  const range = { range: 'mail', first: 1, prefix: '' };
  const first = Number(numbered(view, range).id);
  const sent = mails.map((mail, n) =>
    put('mail', { ...mail, id: `M-${String(first + n).padStart(7, '0')}`, sentAt: new Date(now).toISOString() }),
  );
  return [...sent, put('number_range', { id: 'mail', last: first + mails.length - 1 })];
}

/** A mail as the portal's administrators see it. */
export const mailBody = (row: Row) =>
  Object.fromEntries(['id', 'to', 'kind', 'about', 'subject', 'sentAt'].map((field) => [field, textOf(row, field)]));
