import { physicalName } from '../cloudformation/physical-name.ts';
import { resourceType } from '../cloudformation/resource-type.ts';
import { type DeployedResource, defineService, type ResourceType } from '../service.ts';
import type { ConditionContext } from './condition.ts';
import { evaluate } from './evaluate.ts';
import type { PolicyDocument } from './policy-document.ts';
import { managedPolicyProperties, policyProperties, roleProperties } from './properties.ts';
import type { RolePolicies } from './role-policies.ts';

/** AWS's own managed policies that a template may name; what they allow is not checked, because it concerns logs alone. */
const awsManaged = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];

/** Roles of the templates, and who may act in them. */
export interface Roles {
  /** Whether the AWS service `principal` (such as `lambda.amazonaws.com`) may assume the role; `context` says for what. */
  trusts(roleArn: string, principal: string, context?: ConditionContext): boolean;
}

/** What IAM needs from the rest of the local AWS. */
export interface IamOptions {
  readonly account: string;
  readonly policies: RolePolicies;
  readonly warn: (text: string) => void;
}

/** What templates have made so far, by ARN. */
interface Known {
  readonly trust: Map<string, PolicyDocument>;
  readonly managed: Map<string, PolicyDocument>;
}

/** IAM as far as templates need it: roles and policies. It answers no API calls. */
export const iamService = (options: IamOptions) => {
  const known: Known = { trust: new Map(), managed: new Map() };
  const service = defineService({
    name: 'iam',
    protocol: { kind: 'json', targetPrefix: 'Iam', version: '1.1' },
    actions: {},
    resources: {
      'AWS::IAM::Role': roleResource(options, known),
      'AWS::IAM::Policy': policyResource(options),
      'AWS::IAM::ManagedPolicy': managedPolicyResource(options, known),
    },
    differences: [
      'Policies of roles decide, and permissions boundaries that are in the template. Policies of resources, of organisations and of sessions are not evaluated.',
      'Conditions have a closed list of operators and keys; others are refused at deploy. `aws:SecureTransport` is true on the loopback port.',
      'Of the managed policies of AWS only `AWSLambdaBasicExecutionRole` can be named.',
    ],
  });
  return {
    service,
    roles: { trusts: (roleArn, ...service) => trusts(known.trust.get(roleArn), roleArn, ...service) } satisfies Roles,
  };
};

const roleResource = ({ account, policies, warn }: IamOptions, { trust, managed }: Known): ResourceType =>
  resourceType(roleProperties, (properties, resource) => {
    const name = properties.RoleName ?? physicalName(resource);
    const arn = `arn:aws:iam::${account}:role${properties.Path}${name}`;
    trust.set(arn, properties.AssumeRolePolicyDocument);
    const named = properties.ManagedPolicyArns.filter((one) => !awsManaged.includes(one)).map(
      (one) => managed.get(one) ?? unknownPolicy(one),
    );
    const inline = properties.Policies.map((one) => one.PolicyDocument);
    policies.attach(arn, sourceOf(resource), [...named, ...inline]);
    const boundary = properties.PermissionsBoundary;
    const limit = boundary === undefined ? undefined : managed.get(boundary);
    if (limit) policies.limit(arn, limit);
    else if (boundary) warn(`${name}: the permissions boundary ${boundary} is outside the template and not evaluated`);
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
  });

const policyResource = (options: IamOptions): ResourceType =>
  resourceType(policyProperties, (properties, resource) => {
    attach(options, resource, properties);
    return { ref: properties.PolicyName, attributes: {} };
  });

const managedPolicyResource = (options: IamOptions, { managed }: Known): ResourceType =>
  resourceType(managedPolicyProperties, (properties, resource) => {
    const name = properties.ManagedPolicyName ?? physicalName(resource, 128);
    const arn = `arn:aws:iam::${options.account}:policy${properties.Path}${name}`;
    managed.set(arn, properties.PolicyDocument);
    attach(options, resource, properties);
    return { ref: arn, attributes: { PolicyArn: arn } };
  });

/** By name, and so to roles of the deploying account alone, those outside the template included. */
const attach = (
  { account, policies }: IamOptions,
  resource: DeployedResource,
  { Roles, PolicyDocument }: { readonly Roles: readonly string[]; readonly PolicyDocument: PolicyDocument },
): void => {
  for (const role of Roles)
    policies.attach(`arn:aws:iam::${account}:role/${role}`, sourceOf(resource), [PolicyDocument]);
};

const trusts = (
  document: PolicyDocument | undefined,
  roleArn: string,
  principal: string,
  context: ConditionContext = {},
): boolean => {
  if (!document) return false;
  const Statement = document.Statement.filter((one) => one.Principal?.Service?.includes(principal));
  const request = { action: 'sts:AssumeRole', resource: roleArn, context };
  return evaluate([{ ...document, Statement }], request) === 'allowed';
};

const sourceOf = ({ stack, logicalId }: DeployedResource): string => `${stack}/${logicalId}`;

const unknownPolicy = (arn: string): never => {
  throw new Error(`the managed policy ${arn} is not known to the local AWS`);
};
