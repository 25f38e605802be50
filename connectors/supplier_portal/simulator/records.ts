import type { State } from '../../../lib/simulation/state.ts';
import { type Change, type Row, recordKey } from '../../../lib/simulation/state.ts';
import { Refusal } from './refusal.ts';

/** The records that a request sees. */
export type View = Pick<State, 'rows' | 'row'>;

/** A record put under its id. */
export const put = (table: string, row: Row & { readonly id: string }): Change => ({
  table,
  key: recordKey(row.id),
  row,
});

/** The next number of a range, and that it is used up. */
export function numbered(view: View, { range, first, prefix }: { range: string; first: number; prefix: string }) {
  const last = view.row('number_range', recordKey(range))?.['last'];
  const next = typeof last === 'number' ? last + 1 : first;
  return { id: `${prefix}${next}`, used: put('number_range', { id: range, last: next }) };
}

/** Throws 404. */
export function recordOf(view: View, table: string, id: string | undefined): Row {
  const found = id === undefined ? undefined : view.row(table, recordKey(id));
  if (!found) throw new Refusal(404, 'NOT_FOUND', `There is no record ${id ?? ''} of ${table}.`);
  return found;
}

/** Texts, numbers and nothing else of a record. */
export const textOf = (row: Row, field: string): string => String(row[field] ?? '');

/** What a request would do: the record that it makes or changes, and everything that is written. */
export interface Made {
  readonly row: Row;
  readonly numbers: readonly Change[];
  readonly changes: readonly Change[];
}
