import type { ExitCode } from './exit-codes.ts';

/** What an error of the command line carries beside its message. */
export interface CliErrorOptions {
  /** What the person at the terminal can do now, as one sentence. */
  readonly next?: string | undefined;
  /** The service's own problem document, where there is one. */
  readonly problem?: unknown;
  readonly cause?: unknown;
}

/** An end of a command that is no success; shown as message and next step, never as a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly next: string | undefined;
  readonly problem: unknown;

  constructor(exitCode: ExitCode, message: string, { next, problem, cause }: CliErrorOptions = {}) {
    super(message, { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.next = next;
    this.problem = problem;
  }
}
