import type { Command } from 'commander';
import pc from 'picocolors';
import { type Api, apiOf } from './api.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { printableJson } from './plain-text.ts';
import { type GlobalOptions, type Role, type Target, targetOf } from './target.ts';

/** What the body of a command works with. */
export interface Session<Options> {
  readonly host: Host;
  readonly args: readonly string[];
  readonly options: Options & GlobalOptions;
  readonly colours: ReturnType<typeof pc.createColors>;
  /** The stack that is meant. Throws `CliError`. */
  target(): Target;
  /** Its API, called as a role; without a name, as the first of its kind. */
  api(role: Role, name?: string): Api;
  /** Prints the result: the value with `--json`, else the text. */
  show(value: unknown, text: () => string): void;
}

/** The one place where commands leave how they ended. */
export interface Ending {
  exitCode: ExitCode;
}

/** What every group of commands is made with. */
export interface Cli {
  readonly host: Host;
  readonly ending: Ending;
}

/** Makes a commander action of a command's body, which answers its exit code unless that is 0. */
export const action =
  <Options>({ host, ending }: Cli, body: (session: Session<Options>) => Promise<ExitCode | undefined>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command; // commander's own convention: the last argument is the command
    ending.exitCode = (await body(sessionOf<Options>(command, host))) ?? exitCode.ok;
  };

function sessionOf<Options>(command: Command, host: Host): Session<Options> {
  const options = command.optsWithGlobals<Options & GlobalOptions>();
  let known: Target | undefined;
  const target = (): Target => {
    known ??= targetOf(options, host);
    return known;
  };
  return {
    host,
    options,
    args: command.args,
    colours: pc.createColors(host.terminal.colours),
    target,
    api: (role, name) => apiOf(target(), role, name),
    show(value, text) {
      host.terminal.out(options.json ? `${printableJson(value, 2)}\n` : `${text()}\n`);
    },
  };
}
