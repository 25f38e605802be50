import { expect, test } from 'vitest';
import { iamService } from '../../../local/iam/iam.ts';
import { rolePolicies } from '../../../local/iam/role-policies.ts';

const account = '111122223333';
const roleArn = `arn:aws:iam::${account}:role/worker`;
const document = (Action: string, Effect = 'Allow') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
});
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};

const start = () => {
  const warnings: string[] = [];
  const policies = rolePolicies({ account, region: 'eu-central-1' });
  const { service, roles } = iamService({ account, policies, warn: (text) => warnings.push(text) });
  const deploy = (type: keyof typeof service.resources, logicalId: string, properties: Record<string, unknown>) =>
    service.resources[type].deploy({ stack: 'test', logicalId, properties });
  const role = (properties: object = {}) =>
    deploy('AWS::IAM::Role', 'Worker', { RoleName: 'worker', AssumeRolePolicyDocument: trust, ...properties });
  const decide = (action: string, of = roleArn) => policies.decide(of, action, 'arn:aws:s3:::bucket/key');
  return { warnings, roles, deploy, role, decide };
};

test('a role has its own policies, those attached by name, and managed ones that it names', async () => {
  const { deploy, role, decide } = start();
  const managed = await deploy('AWS::IAM::ManagedPolicy', 'Managed', { PolicyDocument: document('s3:Put*') });
  await role({
    Policies: [{ PolicyName: 'own', PolicyDocument: document('s3:Get*') }],
    ManagedPolicyArns: [managed.ref, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  });
  await deploy('AWS::IAM::Policy', 'More', {
    PolicyName: 'more',
    Roles: ['worker'],
    PolicyDocument: document('s3:List*'),
  });
  expect(['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:DeleteObject'].map((action) => decide(action))).toEqual([
    'allowed',
    'allowed',
    'allowed',
    'not-allowed',
  ]);
});

test('a policy reaches a role of the same name and account that no template makes, whatever its path', async () => {
  const { deploy, decide } = start();
  await deploy('AWS::IAM::ManagedPolicy', 'P', { Roles: ['buyer'], PolicyDocument: document('s3:*') });
  expect(decide('s3:GetObject', `arn:aws:iam::${account}:role/buyer`)).toBe('allowed');
  expect(decide('s3:GetObject', `arn:aws:iam::${account}:role/agents/buyer`)).toBe('allowed');
  expect(decide('s3:GetObject', 'arn:aws:iam::999999999999:role/buyer')).toBe('not-allowed');
});

test('a policy that is deployed again replaces what it allowed before', async () => {
  const { deploy, decide } = start();
  const put = (Action: string) =>
    deploy('AWS::IAM::Policy', 'P', { PolicyName: 'p', Roles: ['worker'], PolicyDocument: document(Action) });
  await put('s3:*');
  await put('dynamodb:*');
  expect(decide('s3:GetObject')).toBe('not-allowed');
});

test('a permissions boundary of the template limits a role; one outside it is not evaluated, and the log says so', async () => {
  const { deploy, role, decide, warnings } = start();
  const boundary = await deploy('AWS::IAM::ManagedPolicy', 'B', { PolicyDocument: document('s3:Get*') });
  const Policies = [{ PolicyName: 'own', PolicyDocument: document('s3:*') }];
  await role({ PermissionsBoundary: boundary.ref, Policies });
  expect([decide('s3:GetObject'), decide('s3:PutObject')]).toEqual(['allowed', 'not-allowed']);
  await deploy('AWS::IAM::Role', 'Other', {
    RoleName: 'other',
    AssumeRolePolicyDocument: trust,
    PermissionsBoundary: 'arn:x',
  });
  expect(warnings).toEqual(['other: the permissions boundary arn:x is outside the template and not evaluated']);
});

test('a role is assumed by the services that it trusts', async () => {
  const { role, roles } = start();
  await role();
  expect(roles.trusts(roleArn, 'lambda.amazonaws.com')).toBe(true);
  expect(roles.trusts(roleArn, 'states.amazonaws.com')).toBe(false);
  expect(roles.trusts(`${roleArn}-unknown`, 'lambda.amazonaws.com')).toBe(false);
});

test('other managed policies of AWS, users and groups are refused by name', () => {
  const { deploy, role } = start();
  expect(() => role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })).toThrow(
    'arn:aws:iam::aws:policy/AdministratorAccess is not known',
  );
  const PolicyDocument = document('s3:*');
  expect(() => deploy('AWS::IAM::Policy', 'P', { PolicyName: 'p', Users: ['u'], PolicyDocument })).toThrow('Users');
});
