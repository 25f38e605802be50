import { DatabaseSync } from 'node:sqlite';
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
import { type OwnMotion, ownMotion } from './own-motion.ts';
import { type ResourceType, type Service, type ServiceContext, ServiceError } from './service.ts';
import { apiGatewayService, gatewayBodyLimit } from './services/apigateway/apigateway.ts';
import type { BasePaths } from './services/apigateway/rest-api.ts';
import { dynamodb } from './services/dynamodb/dynamodb.ts';
import { eventsService } from './services/events/rules.ts';
import { kms } from './services/kms/kms.ts';
import { asynchronousInvocations } from './services/lambda/asynchronous.ts';
import { eventSourceMappings } from './services/lambda/event-source-mappings.ts';
import { openFunctions } from './services/lambda/functions.ts';
import { lambdaService } from './services/lambda/lambda.ts';
import { s3 } from './services/s3/s3.ts';
import { secretsManagerService } from './services/secretsmanager/secretsmanager.ts';
import { sesService } from './services/ses/ses.ts';
import { sqsService } from './services/sqs/sqs.ts';
import { stepFunctionsService } from './services/stepfunctions/stepfunctions.ts';

/** What the parts of one local AWS are made from. */
export interface AssembleOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly logs: Logs;
  readonly roleKeys: Iterable<Credentials>;
  /** Known once the server listens; functions start later. */
  readonly origin: () => string;
  /** Values of secrets are gone when the process is. */
  readonly secretsInMemory?: boolean | undefined;
  readonly assetDirectory: (objectKey: string) => string | undefined;
  readonly basePaths: BasePaths;
}

/** The parts of one local AWS. */
export interface Parts {
  readonly dispatch: Omit<DispatchOptions, 'ready'>;
  readonly policies: RolePolicies;
  readonly motion: OwnMotion;
  /** All services, those included that have no actions. */
  readonly services: readonly Service[];
  /** Every CloudFormation resource type that can be deployed. */
  readonly types: ReadonlyMap<string, ResourceType>;
}

/** Makes all services of the local AWS and connects them. */
export const assemble = (options: AssembleOptions): Parts => {
  const { logs } = options;
  const { clock, region, account } = options.context;
  const common = {
    region,
    account,
    clock,
    keys: keyRing(options.roleKeys),
    policies: rolePolicies({ account, region }),
    traps: callTraps((pid) => process.kill(pid, 'SIGKILL')),
    calls: callLog(),
    log: (text: string) => logs.write('local', text),
  };
  const { services, gateway, functions, mail, motion } = makeServices(options, common);
  const control = controlEndpoints({ ...common, functions, logs, services, mail, idle: motion.idle });
  const byName = new Map(services.filter(hasActions).map((service) => [service.name, service]));
  return {
    dispatch: { ...common, services: byName, gateway, gatewayBodyLimit, control },
    policies: common.policies,
    motion,
    services,
    types: new Map(services.flatMap(({ resources }) => Object.entries(resources))),
  };
};

type Common = Omit<DispatchOptions, 'ready' | 'services' | 'gateway' | 'gatewayBodyLimit' | 'control'> & {
  readonly account: string;
};

const makeServices = (options: AssembleOptions, common: Common) => {
  const { context, logs, origin, assetDirectory, basePaths } = options;
  const { account, policies, log, clock } = common;
  const functions = openFunctions({ ...common, origin, line: logs.write });
  const iam = iamService({ account, policies, warn: log });
  const objects = s3(context);
  const allowed = (roleArn: string, action: string, resource: string) =>
    policies.decide(roleArn, action, resource) === 'allowed';
  const putObject = putAs(objects, allowed);
  const mappings = eventSourceMappings({ context, functions, log, allowed, putObject });
  const asynchronous = asynchronousInvocations({ clock, invoke: functions.invoke, log });
  const events = eventsService({ context, functions, asynchronous, log });
  const gateway = apiGatewayService({ ...common, functions, hostNow: Date.now, basePaths });
  const ses = sesService(context, events.publish);
  const queues = sqsService({ context, origin });
  const kept = options.secretsInMemory ? { ...context, database: new DatabaseSync(':memory:') } : context;
  const secrets = secretsManagerService({ context: kept, functions, log });
  const machines = stepFunctionsService({ context, functions, allowed, trusts: iam.roles.trusts, log });
  const services: readonly Service[] = [
    gateway.service,
    dynamodb(context),
    events.service,
    iam.service,
    kms(context),
    lambdaService({ functions, asynchronous, roles: iam.roles, assetDirectory, mapping: mappings.type }),
    objects,
    secrets.service,
    ses.service,
    queues.service,
    machines.service,
    ...inertServices(context),
  ];
  const { executions } = machines;
  const schedules = [events, secrets.rotations];
  const motion = ownMotion({ context, functions, mappings, asynchronous, executions, queues, schedules });
  return { services, gateway: gateway.handle, functions, mail: ses.pages, motion };
};

const hasActions = ({ actions }: Service): boolean => Object.keys(actions).length > 0;

/** A put that a service of AWS makes in the name of a role. */
const putAs =
  (objects: ReturnType<typeof s3>, allowed: (roleArn: string, action: string, resource: string) => boolean) =>
  async (roleArn: string, bucket: string, key: string, body: string): Promise<void> => {
    const input = { bucket, key };
    const { permissions, run } = objects.actions.PutObject;
    const refused = permissions(input).find(({ action, resource }) => !allowed(roleArn, action, resource));
    if (refused) {
      throw new ServiceError('AccessDenied', `${roleArn} may not ${refused.action} on ${refused.resource}`, {
        status: 403,
      });
    }
    await run({ input, principal: roleArn, request: { headers: {}, body: Buffer.from(body) } });
  };
