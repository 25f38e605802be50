import * as z from 'zod';
import type { Amount, Contract } from './contract.ts';
import { accessOf, type System, type ToolEntry } from './system.ts';

/** How far an agent is trusted with one write tool. `off` and `auto` work today; the others are refused at synth. */
export type Level = 'off' | 'shadow' | 'approve' | 'exception' | 'auto';

/** What an agent may do with one write tool. */
export interface WriteGrant {
  readonly level: Level;
  /** The most that one call may commit; a call in another currency is refused. */
  readonly limit?: Amount;
}

type NamesOf<S extends System, E extends 'read' | 'write'> = S['tools'][number] extends infer Entry
  ? Entry extends ToolEntry<infer K>
    ? NameFor<K, E>
    : never
  : never;

type NameFor<K extends Contract, E> = [
  E extends 'read' ? Extract<K['effect'], 'read'> : Exclude<K['effect'], 'read'>,
] extends [never]
  ? never
  : K['name'];

/** What an agent may do with one system; what is not named is denied. */
export interface Grant<S extends System = System> {
  readonly read?: 'all' | readonly NamesOf<S, 'read'>[];
  readonly write?: { readonly [Name in NamesOf<S, 'write'>]?: WriteGrant };
}

/** An agent is the IAM role that signs its calls. */
export interface Agent<Systems extends Readonly<Record<string, System>> = Readonly<Record<string, System>>> {
  /** Role ARN, exact; the short form `role/Name` means a role of the account deployed into. */
  readonly role: string;
  readonly grants: { readonly [Name in keyof Systems]?: Grant<Systems[Name]> };
}

/** What a team edits. */
export interface Configuration<Systems extends Readonly<Record<string, System>> = Readonly<Record<string, System>>> {
  readonly systems: Systems;
  readonly agents: Readonly<Record<string, Agent<Systems>>>;
  /** People's roles for the administrative routes: name -> role ARN or `role/Name`. */
  readonly operators: Readonly<Record<string, { readonly role: string }>>;
  /** IANA name; civil dates are the company's. */
  readonly timeZone: string;
  /** ARN of the policy that bounds every role the deployment makes. */
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** `retain` keeps data stores when the stack goes, and protects them; default for every stage but `local` and `dev`. */
  readonly removal?: 'retain' | 'destroy';
}

/** The stage, e.g. `local`, `dev`, `production`, decides about everything that differs between deployments. */
export type ConfigurationByStage = (stage: string) => Configuration;

/**
 * Declares what is deployed: systems, agents, operators, grants.
 *
 * @example
 * export default defineConfig((stage) => ({
 *   timeZone: 'Europe/Berlin',
 *   systems: { erp: s4hana({ origins: stage === 'local' ? 'simulator' : { api: 'https://my.s4.example', token: 'https://my.s4.example/token' }, organisation: { default: {...} } }) },
 *   agents: { 'buyer-agent': { role: 'role/buyer-agent', grants: { erp: { read: 'all', write: { create_purchase_order: { level: 'auto' } } } } } },
 *   operators: { operator: { role: 'role/countersign-operator' } },
 * }));
 */
export const defineConfig =
  <const Systems extends Readonly<Record<string, System>>>(
    configure: (stage: string) => Configuration<Systems>,
  ): ConfigurationByStage =>
  (stage) =>
    configure(stage) as unknown as Configuration;

/** A configuration that cannot be deployed; the message starts with the field's path. */
export class ConfigurationError extends Error {
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.name = 'ConfigurationError';
  }
}

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes');
const systemName = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, 'use lower-case letters, digits and underscores');
const role = z
  .string()
  .regex(
    /^(arn:aws[a-z-]*:iam::\d{12}:)?role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'use an IAM role ARN, or role/Name for a role of the account deployed into',
  );
const money = z.strictObject({
  amount: z.string().regex(/^\d+(\.\d+)?$/, 'use a decimal string'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code'),
});
const writeGrant = z.strictObject({
  level: z.enum(['off', 'shadow', 'approve', 'exception', 'auto']),
  limit: money.optional(),
});
const grant = z.strictObject({
  read: z.union([z.literal('all'), z.array(z.string())]).optional(),
  write: z.record(z.string(), writeGrant).optional(),
});
const origins = z.union([
  z.literal('simulator'),
  z.record(z.string(), z.url({ protocol: /^https?$/ })).refine((all) => Object.keys(all).length > 0, 'name an origin'),
]);
const shape = z.strictObject({
  systems: z.record(systemName, z.looseObject({ kind: z.string(), origins })),
  agents: z.record(name, z.strictObject({ role, grants: z.record(z.string(), grant) })),
  operators: z.record(name, z.strictObject({ role })),
  timeZone: z.string().refine(isTimeZone, 'use an IANA time zone such as Europe/Berlin'),
  permissionsBoundary: z.string().startsWith('arn:').optional(),
  tags: z.record(z.string(), z.string()).optional(),
  removal: z.enum(['retain', 'destroy']).optional(),
});

function isTimeZone(candidate: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: candidate });
    return true;
  } catch {
    return false;
  }
}

/** Evaluates a configuration for a stage and checks what types cannot. Throws `ConfigurationError` naming the first wrong field. */
export function configurationFor(define: ConfigurationByStage, stage: string): Configuration {
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage))
    throw new ConfigurationError('stage', `'${stage}' is not a lower-case word`);
  const configuration = define(stage);
  const checked = shape.safeParse(configuration);
  const issue = checked.error?.issues[0];
  if (issue) throw errorOf(issue);
  for (const [system, { origins, isaLevel, tools }] of Object.entries(configuration.systems)) {
    checkOrigins(`systems.${system}.origins`, origins, stage);
    const write = tools.find(({ contract }) => accessOf(contract) === 'write');
    if (isaLevel === 3 && write)
      throw new ConfigurationError(`systems.${system}`, `ISA-95 level 3 can only be read: ${write.contract.name}`);
  }
  checkGrants(configuration);
  checkRoles(configuration);
  return configuration;
}

/** zod puts a wrong name of a field beside the path, and what is wrong with it one level deeper. */
function errorOf(issue: z.core.$ZodIssue): ConfigurationError {
  const field = issue.path.join('.');
  if (issue.code === 'invalid_key') return new ConfigurationError(field, issue.issues[0]?.message ?? issue.message);
  if (issue.code !== 'unrecognized_keys') return new ConfigurationError(field, issue.message);
  return new ConfigurationError([...issue.path, issue.keys[0]].join('.'), 'there is no such field');
}

function checkOrigins(field: string, given: System['origins'], stage: string): void {
  if (given === 'simulator') {
    if (stage !== 'local')
      throw new ConfigurationError(field, `the simulator exists only in stage local, not ${stage}`);
    return;
  }
  for (const [key, url] of Object.entries(given)) {
    const { protocol, username, hostname } = new URL(url);
    const loopback = stage === 'local' && ['127.0.0.1', 'localhost'].includes(hostname);
    if (protocol !== 'https:' && !loopback) throw new ConfigurationError(`${field}.${key}`, 'use https');
    if (username) throw new ConfigurationError(`${field}.${key}`, 'no credentials in an address');
  }
}

function checkGrants({ systems, agents }: Configuration): void {
  for (const [agent, { grants }] of Object.entries(agents))
    for (const [system, given] of Object.entries(grants)) {
      const field = `agents.${agent}.grants.${system}`;
      const entries = systems[system]?.tools;
      if (!entries) throw new ConfigurationError(field, 'there is no such system');
      const names = (access: string) =>
        entries.filter(({ contract }) => accessOf(contract) === access).map(({ contract }) => contract.name);
      const reads: readonly string[] = given?.read === 'all' ? [] : (given?.read ?? []);
      const writes: [string, WriteGrant | undefined][] = Object.entries(given?.write ?? {});
      for (const tool of reads)
        if (!names('read').includes(tool)) throw new ConfigurationError(`${field}.read`, `no read tool ${tool}`);
      for (const [tool, grant] of writes) {
        const level = grant?.level ?? 'off';
        if (!names('write').includes(tool)) throw new ConfigurationError(`${field}.write`, `no write tool ${tool}`);
        if (level !== 'off' && level !== 'auto')
          throw new ConfigurationError(`${field}.write.${tool}.level`, `level '${level}' is not supported yet`);
      }
    }
}

function checkRoles({ agents, operators }: Configuration): void {
  const owners = new Map<string, string>();
  const all = [
    ...Object.entries(agents).map(([key, { role }]) => [`agents.${key}.role`, role] as const),
    ...Object.entries(operators).map(([key, { role }]) => [`operators.${key}.role`, role] as const),
  ];
  for (const [field, arn] of all) {
    const principal = principalOfRole(arn, '');
    const owner = owners.get(principal);
    if (owner) throw new ConfigurationError(field, `is the role of ${owner} too: calls could not be told apart`);
    owners.set(principal, field);
  }
}

/** `account/RoleName` of a configured role: what a signature proves. Paths are lost in an assumed role's ARN. */
export function principalOfRole(arn: string, ownAccount: string): string {
  const account = /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(arn)?.[1] ?? ownAccount;
  return `${account}/${arn.split('/').at(-1)}`;
}
