import * as z from 'zod';
import { type Comparison, compareCreated, type Told } from '../../lib/core/operation/comparison.ts';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { journalSince } from './journal-entries.ts';

const document = z.object({
  kind: z.string(),
  document: z.string(),
  reference: z.string().optional(),
  amount: z.string().optional(),
  currency: z.string().optional(),
  companyCode: z.string().optional(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
  changedBy: z.string().optional(),
  deleted: z.boolean(),
});
const page = z.object({
  documents: z.array(document),
  nextCursor: z.string().optional(),
  kinds: z.record(z.string(), z.string()),
});
type Page = z.output<typeof page>;

/** Days of one system, both included. */
export interface Days {
  readonly system: string;
  readonly from: string;
  readonly to: string;
}

const oneDay = 24 * 3_600_000;
/** How often a page is asked for before the whole is given up: nothing is lost by asking again. */
const tries = 3;

/**
 * Compares what a system keeps under our name with the journal. Both are read a day further on both sides, as the days of
 * the system are not those of UTC; the journal up to the latest change, so that our own are known. Tells how far it is.
 */
export async function compared(operator: Api, { system, from, to }: Days, host: Host): Promise<Comparison> {
  const { documents, kinds } = await everything(
    operator,
    { system, from: dayBeside(from, -1), to: dayBeside(to, 1) },
    host,
  );
  const latest = documents.map(({ changedAt }) => Date.parse(changedAt ?? from)).reduce((a, b) => Math.max(a, b), 0);
  const until = Math.min(Math.max(Date.parse(dayBeside(to, 2)), latest + oneDay), host.now());
  const journal: Told[] = [];
  let day = '';
  for await (const entry of journalSince(operator, { after: Date.parse(dayBeside(from, -1)), until })) {
    if (entry.tool?.startsWith(`${system}_`)) journal.push(entry);
    const reached = new Date(entry.at).toISOString().slice(0, 10);
    if (reached !== day) host.terminal.note(`journal: ${reached}\n`);
    day = reached;
  }
  return compareCreated({ from, to, documents, journal, kinds });
}

async function everything(operator: Api, { system, from, to }: Days, host: Host): Promise<Omit<Page, 'nextCursor'>> {
  const documents: Page['documents'] = [];
  let cursor: string | undefined;
  for (;;) {
    const path = `/v1/admin/systems/${system}/documents`;
    const asked = () => operator({ method: 'GET', path, query: { from, to, cursor } });
    const next = await again(async () => accepted(await asked(), page), host);
    documents.push(...next.documents);
    host.terminal.note(`documents: ${documents.length}\n`);
    if (next.nextCursor === undefined) return { documents, kinds: next.kinds };
    cursor = next.nextCursor;
  }
}

const passing = z.object({ retryable: z.literal(true) });

/** A page that did not come is asked for again. */
async function again<T>(ask: () => Promise<T>, host: Host): Promise<T> {
  for (let n = 1; ; n++)
    try {
      return await ask();
    } catch (error) {
      const may = error instanceof CliError && (error.exitCode === exitCode.unreachable || isPassing(error));
      if (!may || n === tries) throw error;
      await host.sleep(n * 2_000, new AbortController().signal);
    }
}

const isPassing = ({ problem }: CliError): boolean => passing.safeParse(problem).success;

const dayBeside = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * oneDay).toISOString().slice(0, 10);
