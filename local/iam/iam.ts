import { physicalName } from '../cloudformation/physical-name.ts';
import { resourceType } from '../cloudformation/resource-type.ts';
import { type DeployedResource, defineService } from '../service.ts';
import { evaluate } from './evaluate.ts';
import { type PolicyDocument, policyDocument } from './policy-document.ts';
import { managedPolicyProperties, policyProperties, roleProperties } from './properties.ts';
import type { RolePolicies } from './role-policies.ts';

/** AWS's own managed policies that a template may name; what they allow is not checked, because it concerns logs alone. */
const awsManaged = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'];

/** Roles of the templates, and who may act in them. */
export interface Roles {
  /** Whether the AWS service `principal` (such as `lambda.amazonaws.com`) may assume the role. */
  trusts(roleArn: string, principal: string): boolean;
}

/** What IAM needs from the rest of the local AWS. */
export interface IamOptions {
  readonly account: string;
  readonly policies: RolePolicies;
  readonly warn: (text: string) => void;
}

/** IAM as far as templates need it: roles and policies. It answers no API calls. */
export const iamService = (options: IamOptions) => {
  const { account, policies } = options;
  const trust = new Map<string, PolicyDocument>();
  const managed = new Map<string, PolicyDocument>();
  const arnOf = (roleName: string) => `arn:aws:iam::${account}:role/${roleName}`;
  const named = (policyArn: string): PolicyDocument => {
    const policy = managed.get(policyArn);
    if (!policy) throw new Error(`the managed policy ${policyArn} is not known to the local AWS`);
    return policy;
  };
  const attach = (roles: readonly string[], resource: DeployedResource, document: PolicyDocument) => {
    for (const role of roles) policies.attach(arnOf(role), `${resource.stack}/${resource.logicalId}`, [document]);
  };
  const service = defineService({
    name: 'iam',
    protocol: { kind: 'json', targetPrefix: 'Iam', version: '1.1' },
    actions: {},
    resources: {
      'AWS::IAM::Role': resourceType(roleProperties, (properties, resource) => {
        const name = properties.RoleName ?? physicalName(resource);
        const arn = `arn:aws:iam::${account}:role${properties.Path}${name}`;
        trust.set(arn, properties.AssumeRolePolicyDocument);
        const documents = properties.ManagedPolicyArns.filter((one) => !awsManaged.includes(one)).map(named);
        const inline = properties.Policies.map((one) => one.PolicyDocument);
        policies.attach(arn, `${resource.stack}/${resource.logicalId}`, [...documents, ...inline]);
        const boundary = properties.PermissionsBoundary;
        const limit = boundary ? managed.get(boundary) : undefined;
        if (limit) policies.limit(arn, limit);
        else if (boundary)
          options.warn(`${name}: the permissions boundary ${boundary} is outside the template and is not evaluated`);
        return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
      }),
      'AWS::IAM::Policy': resourceType(policyProperties, (properties, resource) => {
        attach(properties.Roles, resource, properties.PolicyDocument);
        return { ref: properties.PolicyName, attributes: {} };
      }),
      'AWS::IAM::ManagedPolicy': resourceType(managedPolicyProperties, (properties, resource) => {
        const name = properties.ManagedPolicyName ?? physicalName(resource, 128);
        const arn = `arn:aws:iam::${account}:policy${properties.Path}${name}`;
        managed.set(arn, properties.PolicyDocument);
        attach(properties.Roles, resource, properties.PolicyDocument);
        return { ref: arn, attributes: { PolicyArn: arn } };
      }),
    },
  });
  const roles: Roles = {
    trusts(roleArn, principal) {
      const document = trust.get(roleArn) ?? policyDocument.parse({ Version: '2012-10-17', Statement: [] });
      const statements = document.Statement.filter((one) => one.Principal?.Service?.includes(principal));
      const request = { action: 'sts:AssumeRole', resource: roleArn, context: {} };
      return evaluate([{ ...document, Statement: statements }], request) === 'allowed';
    },
  };
  return { service, roles };
};
