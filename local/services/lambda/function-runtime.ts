import type { FunctionError } from './function-host.ts';
import { type FunctionProcess, startFunctionProcess } from './function-process.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { FunctionOutcome } from './running-events.ts';

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
  /** Newest first: that one takes the next event. */
  processes(): readonly { readonly pid: number; readonly inFlight: number }[];
  /** Kills all processes. */
  close(): Promise<void>;
}

/** What a process needs beside its function's settings: an environment with keys of its own, a place for its output. */
export interface ProcessAccess {
  environment(): { readonly variables: Readonly<Record<string, string>>; started(pid: number): void; ended(): void };
  line(text: string): void;
}

/** Lambda's limit on a synchronous payload in either direction. */
export const payloadLimit = 6 * 1024 * 1024;

/** Runs a function in one process at a time; a process that timed out finishes its other events beside its successor. */
export const functionRuntime = (settings: FunctionSettings, access: ProcessAccess): FunctionRuntime => {
  const { current, running } = processesOf(settings, access);
  let closed = false;
  const attempt = async (event: string): Promise<FunctionOutcome> =>
    closed ? { kind: 'failed', error: closedError } : current().invoke(event);
  return {
    settings,
    async invoke(event) {
      const first = await attempt(event);
      // Its process was killed before the handler saw the event: as in Lambda, a fresh one takes it.
      return resultOf(first.kind === 'unseen' ? await attempt(event) : first);
    },
    inFlight: () => [...running].reduce((sum, one) => sum + one.inFlight(), 0),
    processes: () => [...running].toReversed().map((one) => ({ pid: one.pid, inFlight: one.inFlight() })),
    async close() {
      closed = true;
      await Promise.all([...running].map((one) => one.kill()));
    },
  };
};

/** The running processes, and the one that takes events, which is started when there is none. */
const processesOf = (settings: FunctionSettings, access: ProcessAccess) => {
  const running = new Set<FunctionProcess>();
  let open: FunctionProcess | undefined;
  const start = (): FunctionProcess => {
    const { variables, started, ended } = access.environment();
    const made: FunctionProcess = startFunctionProcess(settings, variables, {
      line: access.line,
      retired() {
        if (open === made) open = undefined;
      },
      end() {
        running.delete(made);
        ended();
      },
    });
    started(made.pid);
    running.add(made);
    return made;
  };
  const current = (): FunctionProcess => {
    open ??= start();
    return open;
  };
  return { running, current };
};

const resultOf = (outcome: FunctionOutcome): InvocationResult => {
  if (outcome.kind !== 'answered') return failure(outcome.error);
  return Buffer.byteLength(outcome.payload) > payloadLimit
    ? failure(tooLarge)
    : { failed: false, payload: outcome.payload };
};

const failure = (error: FunctionError): InvocationResult => ({ failed: true, payload: JSON.stringify(error) });

const closedError: FunctionError = { errorType: 'Runtime.ExitError', errorMessage: 'The local AWS is closed' };

const tooLarge: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${payloadLimit} bytes).`,
};
