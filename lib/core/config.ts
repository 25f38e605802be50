import type { ApprovalSettings, ApprovalTier, Approver } from './approval/settings.ts';
import type { Amount, Contract } from './contract.ts';
import type { Saga } from './saga/saga.ts';
import type { System, ToolEntry } from './system.ts';

/** How far an agent is trusted with one write tool. `off`, `approve` and `auto` work today; the others are refused at synth. */
export type Level = 'off' | 'shadow' | 'approve' | 'exception' | 'auto';

/** What an agent may do with one write tool. */
export interface WriteGrant {
  readonly level: Level;
  /** The most that one call may commit; a call in another currency is refused. */
  readonly limit?: Amount;
  /** Level `approve` only: who must approve what. What is above no tier is carried out at once. */
  readonly approval?: readonly ApprovalTier[];
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

/** What an agent may do with one saga: its steps are carried out in its name, without grants for their tools. */
export interface SagaGrant {
  /** `off` unless told. */
  readonly level: 'off' | 'auto';
  /** What holds for single steps, by name: the most that one may commit, and who must approve what. */
  readonly steps?: Readonly<Record<string, { readonly limit?: Amount; readonly approval?: readonly ApprovalTier[] }>>;
}

/** A saga that is deployed, and which system carries out what more than one could: contract -> system. */
export interface DeployedSaga {
  readonly saga: Saga;
  readonly on?: Readonly<Record<string, string>>;
}

/** What an agent may do with one system; what is not named is denied. */
export interface Grant<S extends System = System> {
  readonly read?: 'all' | readonly NamesOf<S, 'read'>[];
  readonly write?: { readonly [Name in NamesOf<S, 'write'>]?: WriteGrant };
}

/** An agent is the IAM role that signs its calls. */
export interface Agent<Systems extends Readonly<Record<string, System>> = Readonly<Record<string, System>>> {
  /** Role ARN, exact; the short form `role/Name` means a role of the account deployed into. */
  readonly role: string;
  /** The approver who answers for this agent, and therefore never approves for it. */
  readonly owner?: string;
  /** Where it is told what became of what it could not wait for: an https address without anything secret in it. */
  readonly callback?: { readonly url: string };
  readonly grants: { readonly [Name in keyof Systems]?: Grant<Systems[Name]> };
  /** What it may do with sagas, by name. */
  readonly sagas?: Readonly<Record<string, SagaGrant>>;
}

/** What a team edits. */
export interface Configuration<Systems extends Readonly<Record<string, System>> = Readonly<Record<string, System>>> {
  readonly systems: Systems;
  /** The sagas that are deployed. */
  readonly sagas?: readonly (Saga | DeployedSaga)[];
  readonly agents: Readonly<Record<string, Agent<Systems>>>;
  /** People's roles for the administrative routes: name -> role ARN or `role/Name`. */
  readonly operators: Readonly<Record<string, { readonly role: string }>>;
  /** The people who may be asked, by a short name. */
  readonly approvers?: Readonly<Record<string, Approver>>;
  /** Needed as soon as a grant has level `approve`. */
  readonly approvals?: ApprovalSettings;
  /** How long the same content under another key counts as a possible duplicate, over all agents: 24 hours where nothing is said, 0 = never. */
  readonly possibleDuplicates?: { readonly withinHours: number };
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

/** `account/RoleName` of a configured role: what a signature proves. Paths are lost in an assumed role's ARN. */
export function principalOfRole(arn: string, ownAccount: string): string {
  const account = /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(arn)?.[1] ?? ownAccount;
  return `${account}/${arn.split('/').at(-1)}`;
}
