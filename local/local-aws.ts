import { join } from 'node:path';
import { assemble } from './assemble.ts';
import { type LocalClock, localClock } from './clock.ts';
import { deployStacks, type StackOutputs } from './cloudformation/deploy.ts';
import type { Stack } from './cloudformation/unsupported.ts';
import { type Credentials, parseRoleArn, roleCredentials } from './credentials.ts';
import { dispatcher } from './http/dispatch.ts';
import { listen } from './http/server.ts';
import { identityPolicy } from './iam/policy-document.ts';
import type { RolePolicies } from './iam/role-policies.ts';
import { type LogLine, openLogs } from './logs.ts';
import type { OwnMotion } from './own-motion.ts';
import { openState, type StateDirectory } from './state.ts';

/** What `startLocalAws` runs and where. */
export interface LocalAwsOptions {
  /** Directory of everything durable. */
  readonly state: string;
  /** Port on 127.0.0.1; 0 = any. */
  readonly port: number;
  readonly assembly: {
    /** In deploy order. */
    readonly stacks: readonly Stack[];
    /** The unpacked directory of an asset, by its object key (`<hash>.zip`). */
    assetDirectory(objectKey: string): string | undefined;
  };
  /** Roles outside the templates that get keys. */
  readonly roles: readonly OutsideRole[];
  /** The deploying account; that of the first role unless given. */
  readonly account?: string;
  /** Where REST APIs are mapped, by name, such as `/people`; one that is not named is at the root. */
  readonly basePaths?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Keeps the values of secrets out of the state directory: they are gone when the process is. */
  readonly secretsInMemory?: boolean;
  readonly clock?: LocalClock;
  readonly log?: (line: LogLine) => void;
}

/** A role that no template makes. */
export interface OutsideRole {
  readonly name: string;
  readonly roleArn: string;
  readonly kind: 'agent' | 'operator' | 'deployer';
  /** What it may do beside what the templates' policies allow it: an IAM policy document. */
  readonly policy?: unknown;
}

/** A running local AWS. */
export interface LocalAws {
  readonly origin: string;
  /** Where the stage of the REST API at the root is mapped: the bare origin. */
  readonly apiUrl: string;
  readonly region: string;
  readonly account: string;
  readonly clock: LocalClock;
  credentials(name: string): Credentials;
  outputs(stack: string): Readonly<Record<string, string>>;
  /** Settles once every stream is read to its end. Errors when that takes longer than `timeoutMs` (30,000 unless given). */
  waitForIdle(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the local AWS and deploys the assembly into it. Errors: `LocalError`, after which nothing is left running. */
export const startLocalAws = async (options: LocalAwsOptions): Promise<LocalAws> => {
  const state = openState(options.state);
  const closing: (() => void | Promise<void>)[] = [() => state.close()];
  const close = async () => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    return await start(options, state, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const start = async (
  options: LocalAwsOptions,
  state: StateDirectory,
  closing: (() => void | Promise<void>)[],
  close: () => Promise<void>,
): Promise<LocalAws> => {
  const { region = 'eu-central-1', account = accountOf(options.roles), clock = storedClock(state) } = options;
  const roleKeys = roleCredentials(state.path, options.roles);
  const logs = openLogs(join(state.path, 'logs'), { now: Date.now });
  if (options.log) closing.push(logs.follow(options.log));
  const context = { database: state.database, clock, account, region };
  const address = { origin: '' };
  const parts = assemble({
    context,
    logs,
    roleKeys: roleKeys.values(),
    origin: () => address.origin,
    assetDirectory: options.assembly.assetDirectory,
    basePaths: options.basePaths ?? {},
    secretsInMemory: options.secretsInMemory,
  });
  attachPolicies(options.roles, parts.policies);
  let outputs: StackOutputs | undefined;
  const handler = dispatcher({ ...parts.dispatch, ready: () => outputs !== undefined });
  const server = await listen(options.port, handler, parts.dispatch.log);
  closing.push(server.close, parts.motion.end);
  const origin = `http://127.0.0.1:${server.port}`;
  address.origin = origin;
  outputs = await deployStacks(options.assembly.stacks, { types: parts.types, account, region });
  parts.motion.begin();
  return {
    ...{ origin, apiUrl: origin, region, account, clock, close },
    credentials: (name) => roleKeys.get(name) ?? unknown(`no role named "${name}"`),
    outputs: (stack) => outputs?.get(stack) ?? unknown(`no stack named "${stack}"`),
    waitForIdle: (timeoutMs) => waitForIdle(parts.motion, timeoutMs),
  };
};

const attachPolicies = (roles: LocalAwsOptions['roles'], policies: RolePolicies): void => {
  for (const { roleArn, policy } of roles) {
    if (policy !== undefined) policies.attach(roleArn, 'outside', [identityPolicy.parse(policy)]);
  }
};

const waitForIdle = async ({ idle }: OwnMotion, timeoutMs = 30_000): Promise<void> => {
  if (!(await idle(timeoutMs))) throw new Error(`The streams are not read to their end after ${timeoutMs} ms.`);
};

/** The deploying account is that of the agents: attaching a policy to a role by name reaches no other account. */
const accountOf = ([first]: LocalAwsOptions['roles']): string =>
  first ? parseRoleArn(first.roleArn).account : '000000000000';

const storedClock = (state: StateDirectory): LocalClock =>
  localClock({
    offset: Number(state.get('clock-offset') ?? 0),
    save: (offset) => state.set('clock-offset', String(offset)),
  });

const unknown = (what: string): never => {
  throw new RangeError(`The local AWS has ${what}.`);
};
