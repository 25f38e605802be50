import type { LocalClock } from './clock.ts';
import { controlEndpoints } from './control.ts';
import { type Credentials, keyRing } from './credentials.ts';
import { callLog } from './http/call-log.ts';
import type { DispatchOptions } from './http/dispatch.ts';
import { callTraps } from './http/traps.ts';
import { iamService } from './iam/iam.ts';
import { rolePolicies } from './iam/role-policies.ts';
import { inertServices } from './inert.ts';
import type { Logs } from './logs.ts';
import type { ResourceType, Service } from './service.ts';
import { apiGatewayService, gatewayBodyLimit } from './services/apigateway/apigateway.ts';
import { dynamodb } from './services/dynamodb/dynamodb.ts';
import { kms } from './services/kms/kms.ts';
import { type Functions, lambdaService } from './services/lambda/lambda.ts';
import { s3 } from './services/s3/s3.ts';
import { secretsmanager } from './services/secretsmanager/secretsmanager.ts';
import type { StateDirectory } from './state.ts';

/** What the parts of one local AWS are made from. */
export interface AssembleOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly logs: Logs;
  readonly state: StateDirectory;
  readonly roleKeys: ReadonlyMap<string, Credentials>;
  /** Known once the server listens; functions start later. */
  readonly origin: () => string;
  readonly assetDirectory: (objectKey: string) => string | undefined;
}

/** The parts of one local AWS. */
export interface Parts extends Omit<DispatchOptions, 'ready'> {
  readonly functions: Functions;
  /** Every CloudFormation resource type that can be deployed. */
  readonly types: ReadonlyMap<string, ResourceType>;
}

/** Makes all services of the local AWS and connects them. */
export const assemble = (options: AssembleOptions): Parts => {
  const { account, region, clock, logs, roleKeys, state } = options;
  const log = (text: string) => logs.write('local', text);
  const keys = keyRing(roleKeys.values());
  const policies = rolePolicies({ account, region });
  const traps = callTraps((pid) => process.kill(pid, 'SIGKILL'));
  const calls = callLog();
  const context = { database: state.database, clock, account, region };
  const iam = iamService({ account, policies });
  const lambda = lambdaService({ ...options, keys, roles: iam.roles, line: logs.write });
  const { functions } = lambda;
  const api = apiGatewayService({ account, region, keys, policies, functions, traps, calls, hostNow: Date.now });
  const all: readonly Service[] = [
    api.service,
    dynamodb(context),
    kms(context),
    s3(context),
    secretsmanager(context),
    iam.service,
    lambda.service,
    ...inertServices({ account, region }),
  ];
  return {
    region,
    clock,
    keys,
    policies,
    traps,
    calls,
    log,
    functions,
    services: new Map(all.filter(hasActions).map((service) => [service.name, service])),
    types: new Map(all.flatMap((service) => Object.entries(service.resources))),
    gateway: api.handle,
    gatewayBodyLimit,
    control: controlEndpoints({ functions }),
  };
};

const hasActions = ({ actions }: Service): boolean => Object.keys(actions).length > 0;
