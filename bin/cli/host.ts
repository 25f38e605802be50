import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a command reads and writes. */
export interface Terminal {
  /** Whether colours are wanted: a terminal, and no `NO_COLOR`. */
  readonly colours: boolean;
  /** The result, to standard output. */
  out(text: string): void;
  /** What goes with it, to standard error. */
  note(text: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  /** Aborted by Ctrl-C, which from the first call on no longer ends the process. */
  interrupted(): AbortSignal;
}

/** What a command finds around it. */
export interface Host {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly directory: string;
  /** Milliseconds since the epoch. */
  now(): number;
  newId(): string;
  /** Resolves after that many ms, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** This process. */
export const processHost = (): Host => ({
  terminal: processTerminal(),
  env: process.env,
  directory: process.cwd(),
  now: Date.now,
  newId: randomUUID,
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
});

function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  // The reader of a pipe went away (`| head`): nobody is left to write for.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  let interrupt: AbortController | undefined;
  return {
    colours: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    out: (line) => void stdout.write(line),
    note: (line) => void stderr.write(line),
    input: () => text(stdin),
    interrupted() {
      if (interrupt) return interrupt.signal;
      const controller = new AbortController();
      let since: number | undefined;
      const stop = () => {
        // A parent passes Ctrl-C on that the terminal has sent already; only one that comes later is another one.
        if (since !== undefined && performance.now() - since > 1_000) process.exit(130);
        since ??= performance.now();
        controller.abort();
      };
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
      interrupt = controller;
      return controller.signal;
    },
  };
}
