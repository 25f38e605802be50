import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a function's output, or of the local AWS itself (source `local`). `at` in epoch milliseconds of the host. */
export interface LogLine {
  readonly at: number;
  readonly source: string;
  readonly text: string;
}

/** Where all lines go. */
export interface Logs {
  write(source: string, text: string): void;
  /** The newest lines, oldest first. */
  latest(): readonly LogLine[];
  /** Calls `listener` for each new line. Answers the way to stop that. */
  follow(listener: (line: LogLine) => void): () => void;
}

/** Keeps lines in `<directory>/<source>.log` and hands them on. */
export const openLogs = (directory: string, options: { readonly now: () => number }): Logs => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const listeners = new Set<(line: LogLine) => void>();
  let latest: readonly LogLine[] = [];
  return {
    write(source, text) {
      const line: LogLine = { at: options.now(), source, text };
      appendFileSync(join(directory, `${source}.log`), `${text}\n`, { mode: 0o600 });
      latest = [...latest.slice(-499), line];
      for (const listener of [...listeners]) listener(line);
    },
    latest: () => latest,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
