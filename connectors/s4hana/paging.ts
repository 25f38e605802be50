import { CountersignError } from '../../lib/core/errors.ts';

interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Rows before a page. A cursor is opaque to agents and holds their number. Throws `INPUT_INVALID`. */
export function skipOf({ cursor }: Page): number {
  if (cursor === undefined) return 0;
  const skip = /^s(\d{1,6})$/.exec(cursor)?.[1];
  if (skip === undefined) throw new CountersignError('INPUT_INVALID', 'The cursor is none that this tool answered.');
  return Number(skip);
}

/** What a search answers beside its page. */
export function pageFacts(page: Page, total: number): { readonly total: number; readonly nextCursor?: string } {
  const next = skipOf(page) + page.limit;
  return { total, ...(next < total && { nextCursor: `s${next}` }) };
}

/** One page of rows that are all at hand. */
export function pageOf<T>(rows: readonly T[], page: Page): T[] {
  const skip = skipOf(page);
  return rows.slice(skip, skip + page.limit);
}
