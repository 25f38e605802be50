import { randomUUID } from 'node:crypto';
import { type FunctionError, type FunctionHost, type HostMessage, startFunctionHost } from './function-host.ts';
import type { FunctionSettings } from './function-settings.ts';
import { type FunctionOutcome, runningEvents } from './running-events.ts';

/** One process of a function, which works on many events at the same time. */
export interface FunctionProcess {
  readonly pid: number;
  inFlight(): number;
  /** Gives the event (JSON) to the handler, for at most the function's timeout. */
  invoke(event: string): Promise<FunctionOutcome>;
  /** Kills the process; settles once it is gone and its events are settled. */
  kill(): Promise<void>;
}

/** Lambda's own limit on loading a handler. */
const loadLimitMs = 10_000;

/** Starts a process. `retired`: it takes no more events and ends after the running ones; `end`: it is gone. */
export const startFunctionProcess = (
  settings: FunctionSettings,
  environment: Readonly<Record<string, string>>,
  on: { line(text: string): void; retired(): void; end(): void },
): FunctionProcess => {
  const events = runningEvents();
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let crash: FunctionError | undefined;
  let retiring = false;
  const onMessage = (message: HostMessage) => {
    if (message.kind === 'ready') ready.resolve();
    else if (message.kind === 'crash') crash = message.error;
    else if (message.kind === 'started') events.started(message.id);
    else if (message.kind === 'failed') events.settle(message.id, message);
    else events.settle(message.id, { kind: 'answered', payload: message.payload });
    if (retiring && events.count() === 0) host.kill();
  };
  const onEnd = (error: FunctionError) => {
    ready.resolve();
    on.retired();
    on.end();
    ended.resolve();
    // What stopped the handler itself, such as a missing module, would stop it in every further process too.
    events.abandon(crash ?? error, { unseen: !crash });
  };
  const host: FunctionHost = startFunctionHost(settings, environment, {
    message: onMessage,
    line: on.line,
    end: onEnd,
  });
  const loading = setTimeout(() => {
    crash = { errorType: 'Sandbox.Timedout', errorMessage: `The handler was not loaded within ${loadLimitMs} ms` };
    host.kill();
  }, loadLimitMs);
  ready.promise.then(() => clearTimeout(loading));
  const expire = (id: string) => {
    events.settle(id, { kind: 'failed', error: timeoutError(id, settings.timeout) });
    if (!retiring) on.retired();
    retiring = true;
    if (events.count() === 0) host.kill();
  };
  return {
    pid: host.pid,
    inFlight: events.count,
    kill() {
      host.kill();
      return ended.promise;
    },
    async invoke(event) {
      const id = randomUUID();
      const outcome = events.open(id);
      await ready.promise;
      const timer = setTimeout(expire, settings.timeout * 1000, id);
      host.send({ id, event, context: contextOf(settings, id), deadline: Date.now() + settings.timeout * 1000 });
      return outcome.finally(() => clearTimeout(timer));
    },
  };
};

const timeoutError = (id: string, seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${id} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

const contextOf = (settings: FunctionSettings, id: string): Readonly<Record<string, unknown>> => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: settings.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: settings.arn,
  memoryLimitInMB: String(settings.memorySize),
  awsRequestId: id,
  logGroupName: `/aws/lambda/${settings.name}`,
  logStreamName: 'local',
});
