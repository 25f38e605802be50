import { CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { systemsAsking } from '../core/approval/systems-asking.ts';
import type { Agent } from '../core/config.ts';
import { toolsOf } from '../core/policy/authorise.ts';
import { deployedSagas } from '../core/saga/deployed.ts';
import type { CatalogueEntry } from '../core/system.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import type { AgentsApi, Route } from './agents-api.ts';
import { type Deployment, nameIn } from './deployment.ts';

/** Whose calls a policy allows. */
export interface CallerPolicyProps {
  readonly deployment: Deployment;
  readonly api: AgentsApi;
  /** Name in the configuration. */
  readonly name: string;
  /** Role ARN, or `role/Name` for a role of the account deployed into. */
  readonly role: string;
}

/** What a role may call. The role is the team's own: its policy is attached on request, and its ARN is an output either way. */
class CallerPolicy extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      deployment,
      api,
      name,
      role,
      ...allowed
    }: CallerPolicyProps & { readonly who: string; readonly routes: readonly Route[] },
  ) {
    super(scope, id);
    const roleName = role.split('/').at(-1);
    const attach = deployment.attachPolicies && role.startsWith('role/') && roleName;
    const resources = allowed.routes.map((route) => api.arnOf(route));
    const policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: nameIn(deployment, allowed.who, name),
      description: `What the ${allowed.who} ${name} may call in Countersign ${deployment.stage}`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources })],
      roles: attach ? [Role.fromRoleName(this, 'Role', roleName)] : [],
    });
    acknowledgeWildcards(this, 'Stands for the id in the path; the function looks at whose it is.', resources);
    new CfnOutput(this, 'Arn', { value: policy.managedPolicyArn, description: `Policy for the role of ${name}` });
  }
}

/** An agent may call the tools that it has a grant for, and ask for its operations. */
export class AgentPolicy extends CallerPolicy {
  constructor(
    scope: Construct,
    id: string,
    {
      agent,
      tools,
      ...props
    }: Omit<CallerPolicyProps, 'role'> & { readonly agent: Agent; readonly tools: readonly CatalogueEntry[] },
  ) {
    super(scope, id, {
      ...props,
      role: agent.role,
      who: 'agent',
      routes: [
        ...toolsOf(agent, tools).map(({ entry }) => ({ method: 'POST' as const, path: `/v1/tools/${entry.id}` })),
        { method: 'GET', path: '/v1/tools' },
        { method: 'GET', path: '/v1/operations/*' },
        { method: 'GET', path: '/openapi.json' },
      ],
    });
  }
}

/** An operator may call the administrative routes, and nothing that reaches a system as an agent. */
export class OperatorPolicy extends CallerPolicy {
  constructor(scope: Construct, id: string, props: CallerPolicyProps) {
    super(scope, id, {
      ...props,
      who: 'operator',
      routes: [
        { method: 'GET', path: '/v1/admin/*' },
        ...acts.map((act) => ({ method: 'POST' as const, path: `/v1/admin/operations/*/${act}` })),
        { method: 'POST', path: '/v1/admin/systems/*/check' },
        { method: 'POST', path: '/v1/admin/systems/*/reconcile' },
        { method: 'POST', path: '/v1/admin/systems/*/pause' },
        { method: 'POST', path: '/v1/admin/systems/*/resume' },
        ...(asksPeople(props.deployment) ? approvalRoutes : []),
        ...(deployedSagas(props.deployment.configuration).length > 0 ? sagaRoutes : []),
        { method: 'GET', path: '/openapi.json' },
      ],
    });
  }
}

/** What an operator may do to an operation. */
const acts = ['reconcile', 'redrive', 'discard', 'edit', 'claim', 'resolve', 'confirm'] as const;

/** What an operator may do about a saga. */
const sagaRoutes: readonly Route[] = ['retry', 'done', 'confirm', 'undo'].map((act) => ({
  method: 'POST',
  path: `/v1/admin/sagas/*/${act}`,
}));

const asksPeople = ({ configuration }: Deployment): boolean => systemsAsking(configuration).length > 0;

const approvalRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/admin/approvals/*/remind' },
  { method: 'POST', path: '/v1/admin/approvals/*/withdraw' },
  { method: 'POST', path: '/v1/admin/approvers/*/enrol' },
  { method: 'POST', path: '/v1/admin/approvers/*/absence' },
];
