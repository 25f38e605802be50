import * as z from 'zod';
import type { AdminOperation } from './admin-operation.ts';
import { type Api, accepted } from './api.ts';

const entry = z.looseObject({
  id: z.string(),
  version: z.int(),
  at: z.int(),
  type: z.string(),
  agent: z.string().optional(),
  tool: z.string().optional(),
  by: z.string().optional(),
  did: z.string().optional(),
  why: z.string().optional(),
  reference: z.string().optional(),
  approver: z.string().optional(),
  document: z.string().optional(),
  reason: z.string().optional(),
  attempts: z.int().optional(),
});
const page = z.looseObject({ entries: z.array(entry), nextCursor: z.string().optional() });

/** One line of the journal; `at` in epoch milliseconds. */
export type JournalEntry = z.output<typeof entry>;

/** A page of one UTC day: newest first, or with `after` (epoch ms) what came later, oldest first. */
export const journalPage = async (
  api: Api,
  query: { readonly day?: string; readonly limit: number; readonly after?: number; readonly cursor?: string },
): Promise<z.output<typeof page>> => accepted(await api({ method: 'GET', path: '/v1/admin/journal', query }), page);

/** Every entry later than `after` (epoch ms) up to the day of `until`, oldest first, page by page. */
export async function* journalSince(
  api: Api,
  { after, until }: { readonly after: number; readonly until: number },
): AsyncGenerator<JournalEntry> {
  for (let day = dayOf(after); day <= dayOf(until); day = dayOf(Date.parse(day) + 24 * 3600 * 1000)) {
    let cursor: string | undefined;
    do {
      const { entries, nextCursor } = await journalPage(api, { day, limit: 100, after, ...(cursor && { cursor }) });
      yield* entries;
      cursor = nextCursor;
    } while (cursor !== undefined);
  }
}

/** So many entries are read to find those of one operation; what is missing then is said to be missing. */
const readAtMost = 2000;

/** The clocks of two processes that wrote one operation may differ by so many ms. */
const clocksDiffer = 5_000;

/** The journal's entries of one operation, as far as they are found between its first and its latest change. */
export async function journalOf(
  api: Api,
  { createdAt, updatedAt, ...operation }: AdminOperation,
): Promise<JournalEntry[]> {
  const [from = 0, to = 0] = [Date.parse(createdAt), Date.parse(updatedAt)].sort((left, right) => left - right);
  const until = to + clocksDiffer;
  const found: JournalEntry[] = [];
  let read = 0;
  for await (const one of journalSince(api, { after: from - clocksDiffer, until })) {
    if (one.at > until || ++read > readAtMost) break;
    if (one.id === operation.operationId) found.push(one);
  }
  return found;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
