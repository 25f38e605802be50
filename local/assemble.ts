import { setTimeout as delay } from 'node:timers/promises';
import { atTime } from './at-time.ts';
import type { LocalClock } from './clock.ts';
import { controlEndpoints } from './control.ts';
import { type Credentials, keyRing } from './credentials.ts';
import { callLog } from './http/call-log.ts';
import type { DispatchOptions } from './http/dispatch.ts';
import { callTraps } from './http/traps.ts';
import { iamService } from './iam/iam.ts';
import { type RolePolicies, rolePolicies } from './iam/role-policies.ts';
import { inertServices } from './inert.ts';
import type { Logs } from './logs.ts';
import { type ResourceType, type Service, type ServiceContext, ServiceError } from './service.ts';
import { apiGatewayService, gatewayBodyLimit } from './services/apigateway/apigateway.ts';
import { dynamodb } from './services/dynamodb/dynamodb.ts';
import { expire } from './services/dynamodb/ttl.ts';
import { eventsService } from './services/events/rules.ts';
import { kms } from './services/kms/kms.ts';
import { asynchronousInvocations } from './services/lambda/asynchronous.ts';
import { eventSourceMappings } from './services/lambda/event-source-mappings.ts';
import { lambdaService } from './services/lambda/lambda.ts';
import { s3 } from './services/s3/s3.ts';
import { secretsmanager } from './services/secretsmanager/secretsmanager.ts';

/** What the parts of one local AWS are made from. */
export interface AssembleOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly logs: Logs;
  readonly roleKeys: Iterable<Credentials>;
  /** Known once the server listens; functions start later. */
  readonly origin: () => string;
  readonly assetDirectory: (objectKey: string) => string | undefined;
}

/** The parts of one local AWS. */
export interface Parts extends Omit<DispatchOptions, 'ready'> {
  /** All services, those included that have no actions. */
  readonly all: readonly Service[];
  /** Every CloudFormation resource type that can be deployed. */
  readonly types: ReadonlyMap<string, ResourceType>;
  /** Begins what happens by itself: streams, schedules, expiry. */
  begin(): void;
  /** Ends that, and all processes of functions. */
  end(): Promise<void>;
  /** Settles with true once every stream is read to its end, with false after `waitMs`. */
  idle(waitMs: number): Promise<boolean>;
}

/** Makes all services of the local AWS and connects them. */
export const assemble = (options: AssembleOptions): Parts => {
  const { context, logs } = options;
  const { account, region, clock } = context;
  const log = (text: string) => logs.write('local', text);
  const keys = keyRing(options.roleKeys);
  const policies = rolePolicies({ account, region });
  const traps = callTraps((pid) => process.kill(pid, 'SIGKILL'));
  const calls = callLog();
  const iam = iamService({ account, policies, warn: log });
  const lambda = lambdaService({ ...options, account, region, keys, roles: iam.roles, line: logs.write });
  const { functions } = lambda;
  const objects = s3(context);
  const mappings = eventSourceMappings({
    context,
    functions,
    log,
    allowed: (roleArn, action, resource) => policies.decide(roleArn, action, resource) === 'allowed',
    putObject: (roleArn, bucket, key, body) => putAs({ policies, objects }, roleArn, { bucket, key, body }),
  });
  const asynchronous = asynchronousInvocations({ clock, invoke: functions.invoke, log });
  const events = eventsService({ context, functions, asynchronous, log });
  const gateway = apiGatewayService({ account, region, keys, policies, functions, traps, calls, hostNow: Date.now });
  const lambdaResources = { ...lambda.service.resources, 'AWS::Lambda::EventSourceMapping': mappings.type };
  const all: readonly Service[] = [
    gateway.service,
    dynamodb(context),
    events.service,
    iam.service,
    kms(context),
    { ...lambda.service, resources: lambdaResources },
    objects,
    secretsmanager(context),
    ...inertServices({ account, region }),
  ];
  const housekeeping = keepHouse(context);
  const idle = (waitMs: number) => untilTrue(mappings.drained, waitMs);
  return {
    region,
    clock,
    keys,
    policies,
    traps,
    calls,
    log,
    all,
    idle,
    services: new Map(all.filter(hasActions).map((service) => [service.name, service])),
    types: new Map(all.flatMap((service) => Object.entries(service.resources))),
    gateway: gateway.handle,
    gatewayBodyLimit,
    control: controlEndpoints({ clock, functions, traps, calls, logs, services: all, idle }),
    begin() {
      mappings.start();
      events.start();
      housekeeping.start();
    },
    async end() {
      housekeeping.stop();
      events.stop();
      asynchronous.stop();
      const stopped = mappings.stop();
      await functions.close();
      await stopped;
    },
  };
};

const hasActions = ({ actions }: Service): boolean => Object.keys(actions).length > 0;

const untilTrue = async (condition: () => boolean, waitMs: number): Promise<boolean> => {
  const end = Date.now() + waitMs;
  while (!condition()) {
    if (Date.now() >= end) return false;
    await delay(10);
  }
  return true;
};

/** A put that a service of AWS makes in the name of a role. */
const putAs = async (
  { policies, objects }: { readonly policies: RolePolicies; readonly objects: ReturnType<typeof s3> },
  roleArn: string,
  { body, ...input }: { readonly bucket: string; readonly key: string; readonly body: string },
): Promise<void> => {
  const { permissions, run } = objects.actions.PutObject;
  for (const { action, resource } of permissions(input)) {
    if (policies.decide(roleArn, action, resource) === 'allowed') continue;
    throw new ServiceError('AccessDenied', `${roleArn} may not ${action} on ${resource}`, { status: 403 });
  }
  await run({ input, principal: roleArn, request: { headers: {}, body: Buffer.from(body) } });
};

const minuteMs = 60_000;

/** What DynamoDB does by itself, every minute of the local clock. */
const keepHouse = (context: AssembleOptions['context']) => {
  let stop = () => {};
  const start = () => {
    stop = atTime(context.clock, context.clock.now() + minuteMs, () => {
      expire(context);
      start();
    });
  };
  return { start, stop: () => stop() };
};
