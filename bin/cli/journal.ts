import type { Command } from 'commander';
import type { Api } from './api.ts';
import { type JournalEntry, journalPage, journalSince } from './journal-entries.ts';
import { day, examples, wholeNumber } from './options.ts';
import { plain, printableJson } from './plain-text.ts';
import { action, type Cli, type Session } from './session.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines: number;
  readonly day?: string;
  readonly operator?: string;
}

/** `journal tail`: what happened. */
export function addJournal(program: Command, cli: Cli): void {
  program
    .command('journal')
    .description('read the record of everything that happened')
    .command('tail')
    .description('show the latest entries of a day, oldest first (as an operator)')
    .option('-f, --follow', 'go on with what comes; Ctrl-C ends it')
    .option('-n, --lines <n>', 'how many', wholeNumber(1, 100), 20)
    .option('--day <day>', 'UTC day; today unless given', day)
    .option('--operator <name>', 'who asks (local stack: the first operator unless given)')
    .addHelpText('after', examples('journal tail', 'journal tail -f', 'journal tail -n 100 --json'))
    .action(
      action<Options>(cli, async (session) => {
        const { api, options, host } = session;
        const operator = api('operator', options.operator);
        const { day, lines: limit } = options;
        const interrupted = options.follow ? host.terminal.interrupted() : undefined;
        const latest = await journalPage(operator, { limit, ...(day !== undefined && { day }) });
        const entries = latest.entries.toReversed();
        print(session, entries);
        if (interrupted) await follow(session, operator, entries, interrupted);
        return undefined;
      }),
    );
}

/** One JSON document a line with `--json`: a stream has no end to close a list at. */
function print({ host, options }: Session<Options>, entries: readonly JournalEntry[]): void {
  for (const entry of entries) host.terminal.out(`${options.json ? printableJson(entry) : lineOf(entry)}\n`);
}

function lineOf({ at, type, agent, tool, document, reason, attempts, id }: JournalEntry): string {
  const facts = [
    ...(document === undefined ? [] : [`document ${document}`]),
    ...(reason === undefined ? [] : [reason]),
    ...(attempts === undefined ? [] : [`attempts ${attempts}`]),
  ];
  return plain([new Date(at).toISOString(), type.padEnd(21), agent, tool, ...facts, id].join('  '));
}

const askEvery = 1_000;
/** Entries are written a little after what they tell of: so far back is asked again each time. */
const lateness = 60_000;

async function follow(
  session: Session<Options>,
  api: Api,
  shown: readonly JournalEntry[],
  interrupted: AbortSignal,
): Promise<void> {
  const { host } = session;
  const nameOf = ({ id, version }: JournalEntry) => `${id} ${version}`;
  const from = shown.at(-1)?.at ?? host.now();
  const seen = new Map(shown.map((entry) => [nameOf(entry), entry.at]));
  let after = from - lateness;
  while (!interrupted.aborted) {
    await host.sleep(askEvery, interrupted);
    if (interrupted.aborted) return;
    const fresh: JournalEntry[] = [];
    for await (const entry of journalSince(api, { after, until: host.now() })) {
      if (seen.has(nameOf(entry))) continue;
      seen.set(nameOf(entry), entry.at);
      fresh.push(entry);
    }
    print(session, fresh);
    after = Math.max(after, ...[...seen.values()].map((at) => at - lateness));
    for (const [name, at] of seen) if (at <= after) seen.delete(name);
  }
}
