import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples } from './options.ts';
import { action, type Cli } from './session.ts';

/** What a local stack keeps at the top of its state directory. */
const kept: ReadonlySet<string> = new Set(['aws', 'cdk.out', 'endpoints.json', 'systems']);

/** `reset`: the local stack starts as if it had never run. */
export function addReset(program: Command, cli: Cli): void {
  program
    .command('reset')
    .description('delete everything that the local stack has stored; refused while it runs')
    .addHelpText('after', examples('reset', 'reset --state /var/tmp/countersign'))
    .action(
      action(cli, async ({ host, options, show }) => {
        if (options.outputs !== undefined)
          throw new CliError(exitCode.usage, 'reset is for the local stack; a deployment is not deleted from here.');
        const directory = resolve(host.directory, options.state);
        const deleted = deleteState(directory, host.directory);
        show({ directory, deleted }, () => (deleted ? `Deleted ${directory}.` : `Nothing to delete: no ${directory}.`));
        return undefined;
      }),
    );
}

/** Deletes a state directory, whether there was one. Throws `CliError` where it is another directory, or is in use. */
function deleteState(directory: string, from: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (!found) return false;
  const strange = found.isDirectory() ? strangerIn(directory, from) : 'it is no directory';
  if (strange !== undefined)
    throw new CliError(exitCode.usage, `${directory} does not look like the state of a local stack: ${strange}.`, {
      next: 'Name the right directory with --state, or delete this one yourself.',
    });
  const lock = takeLock(directory);
  try {
    rmSync(directory, { recursive: true });
  } finally {
    lock.close();
  }
  return true;
}

function strangerIn(directory: string, from: string): string | undefined {
  if (!relative(directory, from).startsWith('..')) return 'the current directory lies in it';
  if (!existsSync(join(directory, 'aws', 'version'))) return 'there is no aws/version in it';
  const stranger = readdirSync(directory).find((name) => !kept.has(name));
  return stranger === undefined ? undefined : `it holds ${stranger}`;
}

/** A running stack holds this lock, and loses it however it ends; while we hold it, none can start. */
function takeLock(directory: string): DatabaseSync {
  const lock = new DatabaseSync(join(directory, 'aws', 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock.close();
    throw new CliError(exitCode.refused, `A stack is running on ${directory}.`, {
      next: 'Stop it first (Ctrl-C where npm start runs).',
      cause,
    });
  }
}
