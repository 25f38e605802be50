import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { Credentials } from '../../credentials.ts';
import type { Roles } from '../../iam/iam.ts';
import { defineService, type HttpAnswer, ServiceError } from '../../service.ts';
import { functionEnvironment } from './function-environment.ts';
import { type FunctionRuntime, functionRuntime, type InvocationResult, payloadLimit } from './function-runtime.ts';
import { type FunctionSettings, functionProperties, handlerParts } from './function-settings.ts';
import { functionPermissions, permissionProperties } from './permissions.ts';

/** What Lambda needs from the rest of the local AWS. */
export interface LambdaOptions {
  readonly account: string;
  readonly region: string;
  readonly roles: Roles;
  readonly origin: () => string;
  readonly assetDirectory: (objectKey: string) => string | undefined;
  readonly keys: {
    issue(roleArn: string, session: string): Credentials;
    assign(accessKeyId: string, process: { function: string; pid: number }): void;
    forget(accessKeyId: string): void;
  };
  readonly line: (functionName: string, text: string) => void;
}

/** The functions, for other services of the local AWS. */
export interface Functions {
  all(): readonly FunctionRuntime[];
  /** A deployed function by name or ARN; throws when there is none. */
  find(nameOrArn: string): FunctionSettings;
  /** Calls a function with an event (JSON). Errors: `ResourceNotFoundException`, `TooManyRequestsException`, `RequestTooLargeException`. */
  invoke(name: string, event: string): Promise<InvocationResult>;
  /** Whether a resource-based policy lets an AWS service call the function for `sourceArn`. */
  allows(name: string, caller: { readonly principal: string; readonly sourceArn: string }): boolean;
  close(): Promise<void>;
}

/** The name in a function's name, partial ARN or ARN. */
export const functionNameOf = (nameOrArn: string): string => nameOrArn.split(':').at(-1) ?? nameOrArn;

/** AWS Lambda: functions as processes of Node.js, synchronous invocation, permissions. */
export const lambdaService = (options: LambdaOptions) => {
  const functions = new Map<string, FunctionRuntime>();
  const permissions = functionPermissions();
  const arnOf = (name: string) => `arn:aws:lambda:${options.region}:${options.account}:function:${name}`;
  const invoke = async (name: string, event: string): Promise<InvocationResult> => {
    const runtime = functions.get(name);
    if (!runtime)
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${arnOf(name)}`, { status: 404 });
    checkAdmission(runtime, event);
    return runtime.invoke(event);
  };
  const service = defineService({
    name: 'lambda',
    protocol: { kind: 'rest', route: routeInvoke },
    actions: {
      Invoke: {
        permissions: ({ name }) => [{ action: 'lambda:InvokeFunction', resource: arnOf(String(name)) }],
        async run({ input, request }) {
          checkInvocation(request?.headers ?? {}, input);
          return invocationAnswer(await invoke(String(input['name']), readEvent(request?.body)));
        },
      },
    },
    resources: {
      'AWS::Lambda::Function': resourceType(functionProperties, (properties, resource) => {
        const name = properties.FunctionName ?? physicalName(resource);
        const directory = codeDirectory(properties, options.assetDirectory);
        if (!options.roles.trusts(properties.Role, 'lambda.amazonaws.com')) {
          throw new Error('the role defined for the function cannot be assumed by Lambda');
        }
        const settings: FunctionSettings = {
          name,
          arn: arnOf(name),
          roleArn: properties.Role,
          directory,
          handler: properties.Handler,
          variables: properties.Environment.Variables,
          timeout: properties.Timeout,
          memorySize: properties.MemorySize,
          reservedConcurrency: properties.ReservedConcurrentExecutions,
        };
        functions.set(name, functionRuntime(settings, processAccess(settings, options)));
        return { ref: name, attributes: { Arn: settings.arn } };
      }),
      'AWS::Lambda::Permission': resourceType(permissionProperties, (properties, { logicalId }) => {
        permissions.grant(access.find(properties.FunctionName).name, {
          principal: properties.Principal,
          sourceArn: properties.SourceArn,
        });
        return { ref: logicalId, attributes: { Id: logicalId } };
      }),
    },
  });
  const access: Functions = {
    all: () => [...functions.values()],
    find(nameOrArn) {
      const runtime = functions.get(functionNameOf(nameOrArn));
      if (!runtime) throw new Error(`there is no function ${nameOrArn}`);
      return runtime.settings;
    },
    invoke,
    allows: permissions.allows,
    async close() {
      await Promise.all([...functions.values()].map((runtime) => runtime.close()));
    },
  };
  return { service, functions: access };
};

const routeInvoke = (method: string, path: string, query: URLSearchParams) => {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (method !== 'POST' || !name) return undefined;
  return {
    action: 'Invoke',
    input: { name: functionNameOf(decodeURIComponent(name)), qualifier: query.get('Qualifier') },
  };
};

const checkInvocation = (headers: Readonly<Record<string, string>>, { qualifier }: Record<string, unknown>): void => {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    throw new ServiceError('InvalidParameterValueException', `The local AWS does not support invocation type ${type}.`);
  }
  if (qualifier !== null && qualifier !== '$LATEST') {
    throw new ServiceError('ResourceNotFoundException', 'The local AWS has no versions and aliases of functions.', {
      status: 404,
    });
  }
};

const readEvent = (body: Buffer | undefined): string => {
  const event = body?.length ? body.toString('utf8') : '{}';
  try {
    JSON.parse(event);
    return event;
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
};

const checkAdmission = ({ settings, inFlight }: FunctionRuntime, event: string): void => {
  if (Buffer.byteLength(event) > payloadLimit) {
    throw new ServiceError('RequestTooLargeException', `Request must be smaller than ${payloadLimit} bytes.`, {
      status: 413,
    });
  }
  if (settings.reservedConcurrency !== undefined && inFlight() >= settings.reservedConcurrency) {
    const details = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', { status: 429, details });
  }
};

const invocationAnswer = ({ failed, payload }: InvocationResult): HttpAnswer => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'x-amz-executed-version': '$LATEST',
    ...(failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
  },
  body: payload,
});

const codeDirectory = (
  { Code, Handler }: { readonly Code: { readonly S3Key: string }; readonly Handler: string },
  find: LambdaOptions['assetDirectory'],
): string => {
  const directory = find(Code.S3Key);
  const { file } = handlerParts(Handler);
  if (directory && existsSync(join(directory, file))) return directory;
  throw new Error(`the code has no ${file}: build first (${directory ?? Code.S3Key})`);
};

const processAccess = (settings: FunctionSettings, { keys, region, origin, line }: LambdaOptions) => ({
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
