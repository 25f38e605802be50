import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { startOne } from './endpoints.ts';
import { exitCode } from './exit-codes.ts';
import { examples, wholeNumber } from './options.ts';
import { plain } from './plain-text.ts';
import { action, type Cli, type Session } from './session.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines: number;
}

/** `logs`: what the functions of the local stack print. */
export function addLogs(program: Command, cli: Cli): void {
  program
    .command('logs [function]')
    .description("show what the local stack's functions printed; those with that text in their name, or all")
    .option('-f, --follow', 'go on with what comes; Ctrl-C ends it')
    .option('-n, --lines <n>', 'how many lines of each function', wholeNumber(0, 10_000), 20)
    .addHelpText('after', examples('logs', 'logs erp-write -n 100', 'logs -f'))
    .action(
      action<Options>(cli, async (session) => {
        const { options, args, host } = session;
        if (options.outputs !== undefined)
          throw new CliError(exitCode.usage, 'logs is for the local stack; a deployment logs to CloudWatch.');
        showStored(session, args[0] ?? '');
        if (options.follow) await follow(session, args[0] ?? '', host.terminal.interrupted());
        return undefined;
      }),
    );
}

/** The files are there after a crash too, when nothing answers any more. */
function showStored({ host, options }: Session<Options>, name: string): void {
  const directory = join(resolve(host.directory, options.state), 'aws', 'logs');
  if (!existsSync(directory))
    throw new CliError(exitCode.unreachable, `No stack has run here: there is no ${directory}.`, { next: startOne });
  for (const file of readdirSync(directory).sort()) {
    const source = file.replace(/\.log$/, '');
    if (source === file || !source.includes(name)) continue;
    const lines = readFileSync(join(directory, file), 'utf8').trimEnd().split('\n');
    for (const text of lines.slice(lines.length - Math.min(lines.length, options.lines)))
      host.terminal.out(`${plain(`${source}  ${text}`)}\n`);
  }
}

async function follow({ host, target }: Session<Options>, name: string, interrupted: AbortSignal): Promise<void> {
  const { apiUrl } = target();
  try {
    const { status, body } = await fetch(`${apiUrl}/_local/logs`, { signal: interrupted, redirect: 'manual' });
    if (status !== 200 || !body) throw new CliError(exitCode.refused, `The stack answered ${status}.`);
    for await (const line of createInterface({ input: Readable.fromWeb(body) }))
      if (line.includes(name)) host.terminal.out(`${plain(line)}\n`);
  } catch (cause) {
    if (interrupted.aborted) return;
    if (cause instanceof CliError) throw cause;
    throw new CliError(exitCode.unreachable, `The stack at ${apiUrl} stopped, or does not answer.`, {
      next: startOne,
      cause,
    });
  }
}
