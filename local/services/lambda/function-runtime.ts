import type { FunctionError } from './function-host.ts';
import { type FunctionProcess, startFunctionProcess } from './function-process.ts';
import type { FunctionSettings } from './function-settings.ts';

/** What Lambda answers to an invocation: the handler's result or its error, as JSON. */
export interface InvocationResult {
  readonly failed: boolean;
  readonly payload: string;
}

/** A deployed function: starts a process when one is needed and replaces the ones that end. */
export interface FunctionRuntime {
  readonly settings: FunctionSettings;
  invoke(event: string): Promise<InvocationResult>;
  inFlight(): number;
  processes(): readonly { readonly pid: number; readonly inFlight: number }[];
  /** Kills all processes. */
  close(): Promise<void>;
}

/** What a process needs beside its function's settings; `open` makes its keys, `close` ends them. */
export interface ProcessAccess {
  environment(): { readonly variables: Readonly<Record<string, string>>; started(pid: number): void; ended(): void };
  line(text: string): void;
}

/** Lambda's limit on a synchronous payload in either direction. */
export const payloadLimit = 6 * 1024 * 1024;

/** Runs a function in one process at a time; a process that timed out finishes its other events beside its successor. */
export const functionRuntime = (settings: FunctionSettings, access: ProcessAccess): FunctionRuntime => {
  const processes = new Set<FunctionProcess>();
  let current: FunctionProcess | undefined;
  const start = (): FunctionProcess => {
    const { variables, started, ended } = access.environment();
    const made: FunctionProcess = startFunctionProcess(settings, variables, {
      line: access.line,
      retired: () => {
        if (current === made) current = undefined;
      },
      end: () => {
        processes.delete(made);
        ended();
      },
    });
    started(made.pid);
    processes.add(made);
    return made;
  };
  const open = (): FunctionProcess => {
    current ??= start();
    return current;
  };
  return {
    settings,
    async invoke(event) {
      const first = await open().invoke(event);
      // Its process was killed before the handler saw the event: as in Lambda, a fresh one takes it.
      const outcome = first.kind === 'unseen' ? await open().invoke(event) : first;
      if (outcome.kind !== 'answered') return failure(outcome.error);
      return Buffer.byteLength(outcome.payload) > payloadLimit
        ? failure(tooLarge)
        : { failed: false, payload: outcome.payload };
    },
    inFlight: () => [...processes].reduce((sum, one) => sum + one.inFlight(), 0),
    processes: () => [...processes].map((one) => ({ pid: one.pid, inFlight: one.inFlight() })),
    async close() {
      await Promise.all([...processes].map((one) => one.kill()));
    },
  };
};

const failure = (error: FunctionError): InvocationResult => ({ failed: true, payload: JSON.stringify(error) });

const tooLarge: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`,
};
