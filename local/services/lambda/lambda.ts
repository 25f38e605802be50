import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { Roles } from '../../iam/iam.ts';
import { defineService, type ResourceType } from '../../service.ts';
import type { AsynchronousInvocations } from './asynchronous.ts';
import { type FunctionProperties, functionProperties, handlerParts } from './function-settings.ts';
import type { Functions } from './functions.ts';
import { invokeAction, routeInvoke } from './invoke-action.ts';
import { permissionProperties } from './permissions.ts';

/** What the service is made of. */
export interface LambdaOptions {
  readonly functions: Functions;
  readonly asynchronous: AsynchronousInvocations;
  readonly roles: Roles;
  /** The unpacked directory of an asset, by its object key. */
  readonly assetDirectory: (objectKey: string) => string | undefined;
  /** `AWS::Lambda::EventSourceMapping`. */
  readonly mapping: ResourceType;
}

/** AWS Lambda: functions as processes of Node.js, invocation, permissions, event source mappings. */
export const lambdaService = (options: LambdaOptions) =>
  defineService({
    name: 'lambda',
    protocol: { kind: 'rest', route: routeInvoke },
    actions: { Invoke: invokeAction(options.functions, options.asynchronous) },
    resources: {
      'AWS::Lambda::Function': functionResource(options),
      'AWS::Lambda::Permission': permissionResource(options.functions),
      'AWS::Lambda::EventSourceMapping': options.mapping,
    },
    differences: [
      'A function is one process that works on many events at the same time; AWS gives each event an environment of its own.',
      'Memory, architecture, tracing and log settings have no effect. Logs are files and `/_local/logs`.',
      'A batch from a stream is sent at once: the batching window is not waited for.',
      'Asynchronous events are lost when the local AWS ends, and have no destination for those that fail.',
    ],
  });

const functionResource = ({ functions, roles, assetDirectory }: LambdaOptions): ResourceType =>
  resourceType(functionProperties, (properties, resource) => {
    const name = properties.FunctionName ?? physicalName(resource);
    if (!roles.trusts(properties.Role, 'lambda.amazonaws.com')) {
      throw new Error('the role defined for the function cannot be assumed by Lambda');
    }
    const arn = functions.arnOf(name);
    functions.add({
      name,
      arn,
      roleArn: properties.Role,
      directory: codeDirectory(properties, assetDirectory),
      handler: properties.Handler,
      variables: properties.Environment.Variables,
      timeout: properties.Timeout,
      memorySize: properties.MemorySize,
      reservedConcurrency: properties.ReservedConcurrentExecutions,
    });
    return { ref: name, attributes: { Arn: arn } };
  });

const permissionResource = ({ find, permissions }: Functions): ResourceType =>
  resourceType(permissionProperties, (properties, { logicalId }) => {
    const { name, arn } = find(properties.FunctionName);
    if (properties.SourceAccount !== undefined && properties.SourceAccount !== arn.split(':')[4]) {
      throw new Error(`SourceAccount ${properties.SourceAccount}: there is no other account here`);
    }
    permissions.grant(name, { principal: properties.Principal, sourceArn: properties.SourceArn });
    return { ref: logicalId, attributes: { Id: logicalId } };
  });

const codeDirectory = ({ Code, Handler }: FunctionProperties, find: LambdaOptions['assetDirectory']): string => {
  const directory = find(Code.S3Key);
  const { file } = handlerParts(Handler);
  if (directory && existsSync(join(directory, file))) return directory;
  throw new Error(`the code has no ${file}: build first (${directory ?? Code.S3Key})`);
};
