import * as z from 'zod';
import { identityPolicy, policyDocument } from './policy-document.ts';

/** Tags, which nothing here evaluates. */
export const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();

const path = z.string().startsWith('/').endsWith('/').default('/');

/** `AWS::IAM::Role`. */
export const roleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Path: path,
  Description: z.string().optional(),
  AssumeRolePolicyDocument: policyDocument,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: identityPolicy })).default([]),
  PermissionsBoundary: z.string().optional(),
  MaxSessionDuration: z.number().optional(),
  Tags: tags,
});

/** `AWS::IAM::Policy`: attached to roles only, users and groups do not exist here. */
export const policyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: identityPolicy,
  Roles: z.array(z.string()).min(1),
});

/** `AWS::IAM::ManagedPolicy`. */
export const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: z.string().optional(),
  Path: path,
  Description: z.string().optional(),
  PolicyDocument: identityPolicy,
  Roles: z.array(z.string()).default([]),
});
