import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import { readDeployedApi } from './deployed-api.ts';
import { type Endpoints, readEndpoints } from './endpoints.ts';
import { exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { type Credentials, type SignedFetch, signedFetch } from './signed-fetch.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  /** State directory of the local stack. */
  readonly state: string;
  /** Outputs file of a deployment; without it the local stack is meant. */
  readonly outputs?: string;
  /** Profile of the ordinary AWS configuration; only with `outputs`. */
  readonly profile?: string;
}

/** Who signs. */
export type Role = 'agent' | 'operator';

/** The stack that a command talks to. */
export interface Target {
  readonly local: boolean;
  readonly apiUrl: string;
  readonly region: string;
  /** Of the local stack only. */
  readonly endpoints?: Endpoints;
  /** The keys of a role: by name, else the first of its kind. A deployment knows only the caller's own. Throws `CliError`. */
  credentials(role: Role, name?: string): Promise<Credentials>;
}

/** The local stack, or the deployment that `--outputs` names. Throws `CliError`. */
export function targetOf(options: GlobalOptions, host: Host): Target {
  if (options.outputs !== undefined) return deployed(options.outputs, options, host);
  if (options.profile !== undefined)
    throw new CliError(exitCode.usage, '--profile goes with --outputs: the local stack has its own keys.');
  const endpoints = readEndpoints(resolve(host.directory, options.state));
  return {
    local: true,
    apiUrl: endpoints.apiUrl.replace(/\/+$/, ''),
    region: endpoints.region,
    endpoints,
    credentials: async (role, name) => namedOrFirst(endpoints, role, name),
  };
}

/** A fetch that signs for the API of the stack. */
export const signerFor = (target: Target, role: Role, name?: string): SignedFetch =>
  signedFetch(() => target.credentials(role, name), { region: target.region, service: 'execute-api' });

function namedOrFirst(endpoints: Endpoints, role: Role, name?: string): Credentials {
  const all = endpoints[`${role}s`];
  const names = Object.keys(all);
  const chosen = name ?? names[0] ?? '';
  if (Object.hasOwn(all, chosen) && all[chosen]) return all[chosen];
  throw new CliError(exitCode.usage, `The stack has no ${role} ${chosen}.`, {
    next: `Choose one of: ${names.join(', ')}.`,
  });
}

function deployed(outputs: string, { profile }: GlobalOptions, host: Host): Target {
  let keys: Promise<Credentials> | undefined;
  return {
    local: false,
    ...readDeployedApi(resolve(host.directory, outputs), host.env),
    credentials: async (role, name) => {
      if (name !== undefined)
        throw new CliError(exitCode.usage, `With --outputs your own AWS credentials sign; --${role} cannot choose.`, {
          next: 'Choose credentials with AWS_PROFILE or --profile.',
        });
      keys ??= ordinaryCredentials(profile);
      return keys;
    },
  };
}

/** Environment, profile, single sign-on, container, instance: what every AWS tool tries, in that order. */
async function ordinaryCredentials(profile?: string): Promise<Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider({ ...(profile && { profile }) })();
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(exitCode.unreachable, `No AWS credentials: ${reason}`, {
      next: "Sign in to the account as the agent's or operator's role, or choose a profile with --profile.",
      cause,
    });
  }
}
