import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
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

const saved = page.extend({ system: z.string(), from: z.string(), to: z.string() });

/** How far a report has come: what was listed of which days, and where the next page begins. */
type Saved = z.output<typeof saved>;

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
export async function compared(
  operator: Api,
  { system, from, to }: Days,
  { host, resume }: { readonly host: Host; readonly resume?: string | undefined },
): Promise<Comparison> {
  const days = { system, from: dayBeside(from, -1), to: dayBeside(to, 1) };
  const file = resume === undefined ? undefined : resolve(host.directory, resume);
  const { documents, kinds } = await everything(operator, days, { host, file });
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

async function everything(
  operator: Api,
  days: Days,
  { host, file }: { readonly host: Host; readonly file: string | undefined },
): Promise<Pick<Page, 'documents' | 'kinds'>> {
  const path = `/v1/admin/systems/${days.system}/documents`;
  const begun = file === undefined ? undefined : read(file, days);
  const documents = begun?.documents ?? [];
  let cursor = begun?.nextCursor;
  for (;;) {
    const query = { from: days.from, to: days.to, cursor };
    const next = await again(async () => accepted(await operator({ method: 'GET', path, query }), page), host);
    documents.push(...next.documents);
    host.terminal.note(`documents: ${documents.length}\n`);
    const { nextCursor, kinds } = next;
    if (nextCursor === undefined) {
      if (file !== undefined) rmSync(file, { force: true });
      return { documents, kinds };
    }
    if (file !== undefined) write(file, { ...days, documents, kinds, nextCursor });
    cursor = nextCursor;
  }
}

/** What was kept of these days. Throws `CliError` for a file that is something else. */
function read(file: string, { system, from, to }: Days): Saved | undefined {
  if (!existsSync(file)) return undefined;
  const { data } = saved.safeParse(jsonOf(readFileSync(file, 'utf8')));
  if (data?.system === system && data.from === from && data.to === to) return data;
  throw new CliError(exitCode.usage, `${file} was not begun by this report.`, { next: 'Name another file.' });
}

/** In one step, readable by its owner only: it holds what was bought. */
function write(file: string, begun: Saved): void {
  writeFileSync(`${file}.new`, JSON.stringify(begun), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // somebody else's file
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
