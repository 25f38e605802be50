import type { Command } from 'commander';
import type { Api } from './api.ts';
import { type JournalEntry, journalPage, journalSince } from './journal-entries.ts';
import { day, examples, operatorOption, wholeNumber } from './options.ts';
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
    .option(...operatorOption)
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
        if (interrupted) await follow(session, operator, { from: entries.at(-1)?.at ?? host.now(), interrupted });
        return undefined;
      }),
    );
}

/** One JSON document a line with `--json`: a stream has no end to close a list at. */
function print({ host, options }: Session<Options>, entries: readonly JournalEntry[]): void {
  for (const entry of entries) host.terminal.out(`${options.json ? printableJson(entry) : lineOf(entry)}\n`);
}

function lineOf({ at, type, agent, tool, by, did, why, approver, document, ...entry }: JournalEntry): string {
  const { reason, attempts, id } = entry;
  const facts = [
    ...[agent, tool, approver].filter((name) => name !== undefined),
    ...(by === undefined ? [] : [`${did === undefined ? '' : `${did} `}by ${by}`]),
    ...(why === undefined ? [] : [`"${why}"`]),
    ...(document === undefined ? [] : [`document ${document}`]),
    ...(reason === undefined ? [] : [reason]),
    ...(attempts === undefined ? [] : [`attempts ${attempts}`]),
  ];
  return plain([new Date(at).toISOString(), type.padEnd(21), ...facts, id].join('  '));
}

const askEvery = 1_000;
/** Entries are written a little after what they tell of: so far back is asked again each time. */
const lateness = 60_000;

async function follow(
  session: Session<Options>,
  api: Api,
  { from, interrupted }: { readonly from: number; readonly interrupted: AbortSignal },
): Promise<void> {
  const { host } = session;
  const seen = new Map<string, number>();
  let newest = from;
  const unseen = async (): Promise<JournalEntry[]> => {
    const after = newest - lateness;
    for (const [name, at] of seen) if (at <= after) seen.delete(name);
    const fresh: JournalEntry[] = [];
    for await (const entry of journalSince(api, { after, until: Math.max(newest, host.now()) })) {
      const name = `${entry.id} ${entry.version}`;
      if (!seen.has(name)) fresh.push(entry);
      seen.set(name, entry.at);
      newest = Math.max(newest, entry.at);
    }
    return fresh;
  };
  print(
    session,
    (await unseen()).filter(({ at }) => at > from),
  );
  while (!interrupted.aborted) {
    await host.sleep(askEvery, interrupted);
    if (!interrupted.aborted) print(session, await unseen());
  }
}
