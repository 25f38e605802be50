import { randomUUID } from 'node:crypto';
import { type FunctionError, type FunctionHost, type HostMessage, startFunctionHost } from './function-host.ts';
import type { FunctionSettings } from './function-settings.ts';
import { type FunctionOutcome, type RunningEvents, runningEvents } from './running-events.ts';

/** One process of a function, which works on many events at the same time. */
export interface FunctionProcess {
  readonly pid: number;
  inFlight(): number;
  /** Gives the event (JSON) to the handler, for at most the function's timeout. */
  invoke(event: string): Promise<FunctionOutcome>;
  /** Kills the process; settles once it is gone and its events are settled. */
  kill(): Promise<void>;
}

/** `retired`: the process takes no more events and ends after the running ones; `end`: it is gone. */
export interface ProcessListener {
  line(text: string): void;
  retired(): void;
  end(): void;
}

/** Lambda's own limit on loading a handler. */
const loadLimitMs = 10_000;

/** Starts a process for a function. */
export const startFunctionProcess = (
  settings: FunctionSettings,
  environment: Readonly<Record<string, string>>,
  on: ProcessListener,
): FunctionProcess => {
  const events = runningEvents();
  const life = lifeOf(events, on, () => host.kill());
  const host: FunctionHost = startFunctionHost(settings, environment, {
    message: life.hear,
    line: on.line,
    end: life.end,
  });
  return {
    pid: host.pid,
    inFlight: events.count,
    kill() {
      host.kill();
      return life.ended;
    },
    async invoke(event) {
      const id = randomUUID();
      const outcome = events.open(id);
      await life.ready;
      const timeoutMs = settings.timeout * 1000;
      const timer = setTimeout(() => life.expire(id, timeoutError(id, settings.timeout)), timeoutMs);
      host.send({ id, event, context: contextOf(settings, id), deadline: Date.now() + timeoutMs });
      return outcome.finally(() => clearTimeout(timer));
    },
  };
};

/** From loading over taking events and, after a timeout, finishing the others, to the end. */
const lifeOf = (events: RunningEvents, on: ProcessListener, kill: () => void) => {
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let crash: FunctionError | undefined;
  let retiring = false;
  const loading = setTimeout(() => {
    crash = { errorType: 'Sandbox.Timedout', errorMessage: `The handler was not loaded within ${loadLimitMs} ms` };
    kill();
  }, loadLimitMs);
  ready.promise.then(() => clearTimeout(loading));
  const endIfDone = () => {
    if (retiring && events.count() === 0) kill();
  };
  return {
    ready: ready.promise,
    ended: ended.promise,
    hear(message: HostMessage) {
      if (message.kind === 'ready') ready.resolve();
      else if (message.kind === 'crash') crash = message.error;
      else if (message.kind === 'started') events.started(message.id);
      else events.settle(message.id, outcomeOf(message));
      endIfDone();
    },
    expire(id: string, error: FunctionError) {
      events.settle(id, { kind: 'failed', error });
      if (!retiring) on.retired();
      retiring = true;
      endIfDone();
    },
    end(error: FunctionError) {
      ready.resolve();
      on.retired();
      on.end();
      ended.resolve();
      // What stopped the handler itself, such as a missing module, would stop it in every further process too.
      events.abandon(crash ?? error, { unseen: !crash });
    },
  };
};

const outcomeOf = (message: Extract<HostMessage, { kind: 'done' | 'failed' }>): FunctionOutcome =>
  message.kind === 'failed' ? { kind: 'failed', error: message.error } : { kind: 'answered', payload: message.payload };

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
