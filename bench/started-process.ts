import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of the product that stays up. */
export interface StartedProcess {
  readonly pid: number;
  /** The first line that matches; throws when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end and waits until it has. */
  close(): Promise<void>;
}

/** Starts a script with the Node that runs this. */
export function startProcess(script: string, args: readonly string[], cwd: string): StartedProcess {
  // A group of its own: Ctrl-C ends it through us, in order.
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString('utf8')));
  const lines = createInterface({ input: child.stdout });
  return {
    pid: child.pid ?? 0,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        lines.on('line', (line) => {
          const found = pattern.exec(line);
          if (found) resolve(found);
        });
        exited.then(() => reject(new Error(`${script} ended: ${complaints.trim()}`)), reject);
      }),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
