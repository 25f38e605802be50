import * as z from 'zod';
import { approversShape, problemOfApprovals, settingsShape, tierShape } from './approval/check-settings.ts';
import {
  type Configuration,
  type ConfigurationByStage,
  type Level,
  principalOfRole,
  type WriteGrant,
} from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { credentialRules } from './credentials.ts';
import { limitsShape } from './resilience/check-limits.ts';
import { checkSagas, money, sagaGrantShape } from './saga/check-sagas.ts';
import { accessOf, isLedger, type System } from './system.ts';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes');
const systemName = z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, 'use lower-case letters, digits and underscores');
const role = z
  .string()
  .regex(
    /^(arn:aws[a-z-]*:iam::\d{12}:)?role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'use an IAM role ARN, or role/Name for a role of the account deployed into',
  );
const writeGrant = z.strictObject({
  level: z.enum(['off', 'shadow', 'approve', 'exception', 'auto']),
  limit: money.optional(),
  approval: z.array(tierShape).optional(),
});
const grant = z.strictObject({
  read: z.union([z.literal('all'), z.array(z.string())]).optional(),
  write: z.record(z.string(), writeGrant).optional(),
});
const origins = z.union([
  z.enum(['simulator', 'ledger']),
  z.record(z.string(), z.url({ protocol: /^https?$/ })).refine((all) => Object.keys(all).length > 0, 'name an origin'),
]);
const shape = z.strictObject({
  systems: z.record(
    systemName,
    z.looseObject({
      ...{ kind: z.string(), origins, ...limitsShape, credentials: credentialRules.optional() },
      accounts: z.array(z.string().regex(/^[\w.-]+$/, 'use letters, digits, dots and dashes')).optional(),
    }),
  ),
  agents: z.record(
    name,
    z.strictObject({
      ...{ role, owner: z.string().optional(), grants: z.record(z.string(), grant) },
      callback: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }).optional(),
      sagas: z.record(z.string(), sagaGrantShape).optional(),
    }),
  ),
  sagas: z.array(z.looseObject({})).optional(),
  operators: z.record(name, z.strictObject({ role })),
  approvers: approversShape.optional(),
  approvals: settingsShape.optional(),
  possibleDuplicates: z.strictObject({ withinHours: z.number().min(0).max(744) }).optional(),
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
  checkLedgers(configuration);
  for (const [agent, { callback }] of Object.entries(configuration.agents))
    if (callback) checkOrigins(`agents.${agent}.callback`, callback, stage);
  checkGrants(configuration);
  checkSagas(configuration);
  checkRoles(configuration);
  const problem = problemOfApprovals(configuration);
  if (problem) throw new ConfigurationError(...problem);
  return configuration;
}

/** zod puts a wrong name of a field beside the path, and what is wrong with it one level deeper. */
function errorOf(issue: z.core.$ZodIssue): ConfigurationError {
  const field = issue.path.join('.');
  if (issue.code === 'invalid_key') return new ConfigurationError(field, issue.issues[0]?.message ?? issue.message);
  if (issue.code !== 'unrecognized_keys') return new ConfigurationError(field, issue.message);
  return new ConfigurationError([...issue.path, issue.keys[0]].join('.'), 'there is no such field');
}

/** Nothing signs in to what is kept here, and each account belongs to one system: an allocation names its account alone. */
function checkLedgers({ systems }: Configuration): void {
  const owners = new Map<string, string>();
  for (const [name, system] of Object.entries(systems)) {
    if (isLedger(system) && system.credentials)
      throw new ConfigurationError(`systems.${name}.credentials`, 'nothing signs in to what Countersign keeps itself');
    for (const account of system.accounts ?? []) {
      const owner = owners.get(account);
      if (owner) throw new ConfigurationError(`systems.${name}.accounts`, `${account} is kept in ${owner} already`);
      owners.set(account, name);
    }
  }
}

function checkOrigins(field: string, given: System['origins'], stage: string): void {
  if (given === 'simulator') {
    if (stage !== 'local')
      throw new ConfigurationError(field, `the simulator exists only in stage local, not ${stage}`);
    return;
  }
  if (given === 'ledger') return;
  for (const [key, url] of Object.entries(given)) {
    const { protocol, username, password, hostname } = new URL(url);
    const loopback = stage === 'local' && ['127.0.0.1', 'localhost'].includes(hostname);
    if (protocol !== 'https:' && !loopback) throw new ConfigurationError(`${field}.${key}`, 'use https');
    if (username || password) throw new ConfigurationError(`${field}.${key}`, 'no credentials in an address');
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
        if (!supported.has(level))
          throw new ConfigurationError(`${field}.write.${tool}.level`, `level '${level}' is not supported yet`);
        if (grant?.limit && !entries.some(({ contract }) => contract.name === tool && contract.amountOf))
          throw new ConfigurationError(`${field}.write.${tool}.limit`, `calls of ${tool} have no amount to limit`);
      }
    }
}

const supported: ReadonlySet<Level> = new Set(['off', 'approve', 'auto']);

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
