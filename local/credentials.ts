import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { LocalError } from './local-error.ts';
import { writePrivateFile } from './state.ts';

/** What a client signs with. Keys of functions come with a session token, keys of agents and operators do not. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly roleArn: string;
}

/** Who signed a request: a role, and for keys of a function the process that holds them. */
export interface Caller {
  readonly roleArn: string;
  readonly roleName: string;
  readonly account: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/RoleName/session`. */
  readonly sessionArn: string;
  /** `AROA...:session`, as `caller` and `user` of a request's identity. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly process?: { readonly function: string; readonly pid: number };
}

/** All keys that the local AWS knows. */
export interface KeyRing {
  find(accessKeyId: string): { readonly credentials: Credentials; readonly caller: Caller } | undefined;
  /** Makes temporary keys for one process of a function; they end with `forget`. */
  issue(roleArn: string, session: string): Credentials;
  /** Names the process that holds keys, once it has started. */
  assign(accessKeyId: string, process: { function: string; pid: number }): void;
  forget(accessKeyId: string): void;
}

const stored = z.record(z.string(), z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }));

const roleArnShape = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;

/** The account and name of a role, from its ARN; the path is lost, as it is in an assumed role's ARN. */
export const parseRoleArn = (roleArn: string): { account: string; roleName: string } => {
  const [, account, roleName] = roleArnShape.exec(roleArn) ?? [];
  if (!account || !roleName) throw new LocalError('DEPLOY_FAILED', `"${roleArn}" is not the ARN of an IAM role.`);
  return { account, roleName };
};

/** The keys of agents and operators by name, made once and kept in the state directory (0600). */
export const roleCredentials = (
  statePath: string,
  roles: readonly { readonly name: string; readonly roleArn: string }[],
): ReadonlyMap<string, Credentials> => {
  const file = join(statePath, 'credentials.json');
  const keys = { ...(existsSync(file) ? readStored(file) : {}) };
  for (const { name } of roles) keys[name] ??= newKeys();
  writePrivateFile(file, `${JSON.stringify(keys, null, 2)}\n`);
  return new Map(roles.map(({ name, roleArn }) => [name, { ...(keys[name] ?? newKeys()), roleArn }]));
};

const readStored = (file: string): z.output<typeof stored> => {
  try {
    return stored.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LocalError('STATE_UNUSABLE', `The keys in ${file} cannot be read; start afresh.`, { cause });
  }
};

const newKeys = () => ({
  // Not AKIA or ASIA: nobody, and no secret scanner, should take these for keys of a real account.
  accessKeyId: `LKIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64url'),
});

/** A key ring that holds the given long-lived keys; their session is called `local`. */
export const keyRing = (longLived: Iterable<Credentials>): KeyRing => {
  const keys = new Map<string, { credentials: Credentials; caller: Caller }>();
  const add = (credentials: Credentials, session: string) =>
    keys.set(credentials.accessKeyId, { credentials, caller: callerOf(credentials, session) });
  for (const credentials of longLived) add(credentials, 'local');
  return {
    find: (accessKeyId) => keys.get(accessKeyId),
    issue(roleArn, session) {
      const credentials = { ...newKeys(), sessionToken: randomBytes(48).toString('base64url'), roleArn };
      add(credentials, session);
      return credentials;
    },
    assign(accessKeyId, process) {
      const key = keys.get(accessKeyId);
      if (key) keys.set(accessKeyId, { ...key, caller: { ...key.caller, process } });
    },
    forget: (accessKeyId) => void keys.delete(accessKeyId),
  };
};

const callerOf = ({ roleArn, accessKeyId }: Credentials, session: string): Caller => {
  const { account, roleName } = parseRoleArn(roleArn);
  return {
    roleArn,
    roleName,
    account,
    sessionArn: `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`,
    userId: `${roleId(roleArn)}:${session}`,
    accessKeyId,
  };
};

const roleId = (roleArn: string): string =>
  `AROA${createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
