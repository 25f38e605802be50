import type { Credentials } from '../../credentials.ts';
import { ServiceError } from '../../service.ts';
import { functionEnvironment } from './function-environment.ts';
import { type FunctionRuntime, functionRuntime, type InvocationResult, payloadLimit } from './function-runtime.ts';
import type { FunctionSettings } from './function-settings.ts';
import { type FunctionPermissions, functionPermissions } from './permissions.ts';

/** What functions need to run: the address of the local AWS, keys for each process, a place for their output. */
export interface FunctionsOptions {
  readonly account: string;
  readonly region: string;
  readonly origin: () => string;
  readonly keys: {
    issue(roleArn: string, session: string): Credentials;
    assign(accessKeyId: string, process: { function: string; pid: number }): void;
    forget(accessKeyId: string): void;
  };
  readonly line: (functionName: string, text: string) => void;
}

/** The deployed functions. */
export interface Functions {
  /** Which AWS services may call which function. */
  readonly permissions: FunctionPermissions;
  add(settings: FunctionSettings): void;
  all(): readonly FunctionRuntime[];
  arnOf(name: string): string;
  /** A deployed function by name or ARN; throws when there is none. */
  find(nameOrArn: string): FunctionSettings;
  /** Calls a function with an event (JSON). Errors: `ResourceNotFoundException`, `TooManyRequestsException`, `RequestTooLargeException`. */
  invoke(name: string, event: string): Promise<InvocationResult>;
  /** Whether a function could be called with an event later. Errors: `ResourceNotFoundException`, `RequestTooLargeException`. */
  check(name: string, event: string): void;
  close(): Promise<void>;
}

/** The name in a function's name, partial ARN or ARN. */
export const functionNameOf = (nameOrArn: string): string => nameOrArn.split(':').at(-1) ?? nameOrArn;

/** An empty set of functions. */
export const openFunctions = (options: FunctionsOptions): Functions => {
  const runtimes = new Map<string, FunctionRuntime>();
  const arnOf = (name: string) => `arn:aws:lambda:${options.region}:${options.account}:function:${name}`;
  return {
    permissions: functionPermissions(),
    add: (settings) => void runtimes.set(settings.name, functionRuntime(settings, processAccess(settings, options))),
    all: () => [...runtimes.values()],
    arnOf,
    find(nameOrArn) {
      const runtime = runtimes.get(functionNameOf(nameOrArn));
      if (!runtime) throw new Error(`there is no function ${nameOrArn}`);
      return runtime.settings;
    },
    async invoke(name, event) {
      const runtime = runtimes.get(name) ?? notFound(arnOf(name));
      checkAdmission(runtime, event);
      return runtime.invoke(event);
    },
    check(name, event) {
      if (!runtimes.has(name)) notFound(arnOf(name));
      checkSize(event, asynchronousLimit);
    },
    async close() {
      await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
    },
  };
};

const notFound = (arn: string): never => {
  throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
};

const asynchronousLimit = 1024 * 1024;

const checkSize = (event: string, limit: number): void => {
  if (Buffer.byteLength(event) > limit) {
    throw new ServiceError('RequestTooLargeException', `Request must be smaller than ${limit} bytes.`, { status: 413 });
  }
};

const checkAdmission = ({ settings, inFlight }: FunctionRuntime, event: string): void => {
  checkSize(event, payloadLimit);
  if (settings.reservedConcurrency !== undefined && inFlight() >= settings.reservedConcurrency) {
    const details = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', { status: 429, details });
  }
};

const processAccess = (settings: FunctionSettings, { keys, region, origin, line }: FunctionsOptions) => ({
  line: (text: string) => line(settings.name, text),
  environment() {
    const credentials = keys.issue(settings.roleArn, settings.name);
    return {
      variables: functionEnvironment(settings, { region, origin: origin(), credentials }),
      started: (pid: number) => keys.assign(credentials.accessKeyId, { function: settings.name, pid }),
      ended: () => keys.forget(credentials.accessKeyId),
    };
  },
});
