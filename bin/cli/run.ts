import { CommanderError } from 'commander';
import pc from 'picocolors';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { plain, printableJson } from './plain-text.ts';
import { programOf } from './program.ts';
import type { Ending } from './session.ts';

/** Runs one command and answers its exit code. Only a mistake in the command line itself throws. */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  const ending: Ending = { exitCode: exitCode.ok };
  try {
    await programOf({ host, ending }).parseAsync(guarded(argv), { from: 'user' });
    return ending.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.ok; // help was asked for
    const shown = error instanceof CommanderError ? new CliError(exitCode.usage, error.message) : error;
    if (!(shown instanceof CliError)) throw error;
    if (argv.includes('--json')) host.terminal.out(`${printableJson(errorBody(shown), 2)}\n`);
    else if (shown === error) host.terminal.note(`${errorText(shown, host)}\n`); // else commander has said it
    return shown.exitCode;
  }
}

/** An operation's id may start with a dash; it is moved behind `--`, so that it is not taken for options. */
function guarded(argv: readonly string[]): string[] {
  const isId = (word: string, n: number) =>
    /^-[\w-]{42}$/.test(word) && (takesId.has(argv[n - 1] ?? '') || /^[\w-]{43}$/.test(argv[n - 1] ?? ''));
  const ids = argv.filter(isId);
  return ids.length === 0 ? [...argv] : [...argv.filter((word, n) => !isId(word, n)), '--', ...ids];
}

const takesId: ReadonlySet<string> = new Set([
  ...['get', 'explain', 'reconcile', 'show'],
  ...['redrive', 'edit', 'discard', 'claim', 'resolve', 'confirm', 'retry', 'done', 'undo'],
]);

const errorBody = ({ message, next, problem, exitCode: code }: CliError) => ({
  error: { message, next, exitCode: code, ...(problem !== undefined && { problem }) },
});

function errorText({ message, next }: CliError, { terminal }: Host): string {
  const { red } = pc.createColors(terminal.colours);
  const [first = '', ...rest] = message.split('\n').map(plain);
  return [red(first), ...rest, ...(next === undefined ? [] : [`Next: ${plain(next)}`])].join('\n');
}
