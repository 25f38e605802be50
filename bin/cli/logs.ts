import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { startOne } from './endpoints.ts';
import { exitCode } from './exit-codes.ts';
import { examples, wholeNumber } from './options.ts';
import { plain, printableJson } from './plain-text.ts';
import { action, type Cli, type Session } from './session.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines: number;
}

/** What a function printed; `at` is missing where only its file is left. */
interface LogLine {
  readonly at?: string | undefined;
  readonly source: string;
  readonly text: string;
}

/** `logs`: what the functions of the local stack print. */
export function addLogs(program: Command, cli: Cli): void {
  program
    .command('logs [function]')
    .description("show what the local stack's functions printed: those with that text in their name, or all")
    .option('-f, --follow', 'go on with what comes; Ctrl-C ends it')
    .option('-n, --lines <n>', 'how many lines at most, without -f', wholeNumber(1, 10_000), 50)
    .addHelpText('after', examples('logs', 'logs erp-write -n 100', 'logs -f'))
    .action(
      action<Options>(cli, async (session) => {
        const { options, args, host } = session;
        const [name = ''] = args;
        if (options.outputs !== undefined)
          throw new CliError(exitCode.usage, 'logs is for the local stack; a deployment logs to CloudWatch.');
        const print = ({ at, source, text }: LogLine) =>
          host.terminal.out(
            `${options.json ? printableJson({ at, source, text }) : plain([...(at ? [at] : []), source, text].join('  '))}\n`,
          );
        if (options.follow) {
          for await (const line of followed(session)) if (line.source.includes(name)) print(line);
        } else {
          const lines = (await latest(session)).filter(({ source }) => source.includes(name));
          for (const line of lines.slice(-options.lines)) print(line);
        }
        return undefined;
      }),
    );
}

/** A running stack tells them in order; after a crash the files are still there. */
async function latest(session: Session<Options>): Promise<LogLine[]> {
  try {
    const lines = await lineStream(session, '', AbortSignal.timeout(10_000));
    return (await Array.fromAsync(lines)).flatMap(parsed);
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCode.unreachable) return stored(session, error);
    throw error;
  }
}

async function* followed(session: Session<Options>): AsyncGenerator<LogLine> {
  const interrupted = session.host.terminal.interrupted();
  try {
    for await (const line of await lineStream(session, '?follow=1', interrupted)) yield* parsed(line);
  } catch (error) {
    if (!interrupted.aborted) throw error;
    return;
  }
  if (!interrupted.aborted) throw new CliError(exitCode.unreachable, 'The stack has stopped.', { next: startOne });
}

async function lineStream(
  { target }: Session<Options>,
  query: string,
  signal: AbortSignal,
): Promise<AsyncIterable<string>> {
  const { apiUrl } = target();
  const gone = (cause: unknown) =>
    new CliError(exitCode.unreachable, `No stack is running here: nothing answers at ${apiUrl}.`, {
      next: startOne,
      cause,
    });
  const { status, body } = await fetch(`${apiUrl}/_local/logs${query}`, { signal, redirect: 'manual' }).catch(
    (cause: unknown) => {
      throw gone(cause);
    },
  );
  if (status !== 200 || !body) throw gone(new Error(`It answers ${status}.`));
  return linesOf(body);
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

const parsed = (line: string): LogLine[] => {
  const [, at, source = '', text = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
  return at === undefined ? [] : [{ at, source, text }];
};

function stored({ host, options }: Session<Options>, notRunning: CliError): LogLine[] {
  const directory = join(resolve(host.directory, options.state), 'aws', 'logs');
  if (!existsSync(directory)) throw notRunning;
  host.terminal.note(`${notRunning.message} These are the lines of its last run, function by function.\n`);
  const files = readdirSync(directory).filter((file) => file.endsWith('.log'));
  return files.sort().flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => ({ source: file.slice(0, -'.log'.length), text })),
  );
}
