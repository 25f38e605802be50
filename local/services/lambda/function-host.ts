import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type FunctionSettings, handlerParts } from './function-settings.ts';

/** A function's error as Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

const errorShape = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()).optional() });

const messageShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('started'), id: z.string() }),
  z.object({ kind: z.literal('done'), id: z.string(), payload: z.string() }),
  z.object({ kind: z.literal('failed'), id: z.string(), error: errorShape }),
  z.object({ kind: z.literal('crash'), error: errorShape }),
]);

/** What the host script in the function's process says. */
export type HostMessage = z.infer<typeof messageShape>;

/** An event on its way to the host script; `event` is JSON, `deadline` epoch milliseconds. */
export interface HostEvent {
  readonly id: string;
  readonly event: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly deadline: number;
}

/** The function's operating system process. */
export interface FunctionHost {
  readonly pid: number;
  send(event: HostEvent): void;
  kill(): void;
}

const script = fileURLToPath(new URL('./function-host.cjs', import.meta.url));

/** Starts the process. `onEnd` is called once, after everything that the process had said was heard. */
export const startFunctionHost = (
  settings: FunctionSettings,
  environment: Readonly<Record<string, string>>,
  on: { message(message: HostMessage): void; line(text: string): void; end(error: FunctionError): void },
): FunctionHost => {
  const { file, exportName } = handlerParts(settings.handler);
  const child = spawn(process.execPath, [script, join(settings.directory, file), exportName], {
    cwd: settings.directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', on.line);
  }
  child.on('message', (message) => on.message(messageShape.parse(message)));
  whenEnded(child).then(on.end);
  return {
    pid: child.pid ?? 0,
    // An event that can no longer be delivered is settled by the end of the process.
    send: (event) => void (child.connected && child.send(event, () => undefined)),
    kill: () => void child.kill('SIGKILL'),
  };
};

/** Messages may still arrive after `exit`; `disconnect` comes after the last of them. */
const whenEnded = async (child: ChildProcess): Promise<FunctionError> => {
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const exit = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? 'signal: killed' : `exit status ${code}`));
  });
  if (child.connected) await disconnected;
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${exit}` };
};
