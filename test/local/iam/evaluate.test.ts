import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { identityPolicy, policyDocument } from '../../../local/iam/policy-document.ts';

const table = 'arn:aws:dynamodb:eu-central-1:111122223333:table/operations';
const read = { action: 'dynamodb:GetItem', resource: table, context: {} };

const decide = (statements: readonly object[], request: Partial<typeof read> & { context?: object } = {}) =>
  evaluate([policyDocument.parse({ Version: '2012-10-17', Statement: statements })], { ...read, ...request });

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table, ...more });

describe('an action', () => {
  test('is not allowed unless a statement allows it', () => {
    expect(decide([])).toBe('not-allowed');
    expect(decide([allow()])).toBe('allowed');
  });

  test('is denied by one statement against any number that allow it', () => {
    expect(decide([allow(), { Effect: 'Deny', Action: '*', Resource: '*' }, allow()])).toBe('denied');
  });

  test.each([
    ['dynamodb:*', 'allowed'],
    ['dynamodb:Get*', 'allowed'],
    ['DYNAMODB:getitem', 'allowed'],
    ['dynamodb:GetIte?', 'allowed'],
    ['dynamodb:Get', 'not-allowed'],
    ['s3:*', 'not-allowed'],
    ['dynamodb.GetItem', 'not-allowed'],
  ])('that matches %s is %s', (Action, expected) => {
    expect(decide([allow({ Action })])).toBe(expected);
  });

  test.each([
    ['*', 'allowed'],
    [`${table}*`, 'allowed'],
    ['arn:aws:dynamodb:*:*:table/operations', 'allowed'],
    [`${table}/index/*`, 'not-allowed'],
    [table.toUpperCase(), 'not-allowed'],
  ])('on a resource that matches %s is %s', (Resource, expected) => {
    expect(decide([allow({ Resource })])).toBe(expected);
  });

  test('may be allowed by what a statement leaves out', () => {
    const { Action: _, ...rest } = allow();
    expect(decide([{ ...rest, NotAction: 's3:*' }])).toBe('allowed');
    expect(decide([{ ...rest, NotAction: 'dynamodb:*' }])).toBe('not-allowed');
    expect(decide([{ Effect: 'Allow', Action: '*', NotResource: `${table}*` }])).toBe('not-allowed');
  });
});

describe('a condition', () => {
  const context = { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/buyer-agent', 'aws:SecureTransport': 'true' };

  test.each<[object, string]>([
    [{ StringEquals: { 'aws:PrincipalArn': [context['aws:PrincipalArn'], 'other'] } }, 'allowed'],
    [{ StringEquals: { 'aws:PrincipalArn': 'other' } }, 'not-allowed'],
    [{ StringNotEquals: { 'aws:PrincipalArn': 'other' } }, 'allowed'],
    [{ StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/buyer-*' } }, 'allowed'],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, 'allowed'],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/*' } }, 'not-allowed'],
    [{ ArnEquals: { 'aws:PrincipalArn': context['aws:PrincipalArn'] } }, 'allowed'],
    [{ Bool: { 'aws:SecureTransport': true } }, 'allowed'],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, 'not-allowed'],
    [{ Null: { 'aws:SourceArn': 'true' } }, 'allowed'],
    [{ Null: { 'aws:SourceArn': 'false' } }, 'not-allowed'],
    [{ StringEquals: { 'aws:SourceArn': 'x' } }, 'not-allowed'],
    [{ StringNotEquals: { 'aws:SourceArn': 'x' } }, 'allowed'],
    [{ Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalArn': 'other' } }, 'not-allowed'],
  ])('%j makes it %s', (Condition, expected) => {
    expect(decide([allow({ Condition })], { context })).toBe(expected);
  });
});

describe('a policy is refused', () => {
  test.each<[string, object]>([
    ['with an unknown operator', allow({ Condition: { NumericLessThan: { 'aws:SourceArn': '1' } } })],
    ['with an unknown key', allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'x' } } })],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own variables
    ['with a policy variable', allow({ Resource: 'arn:aws:s3:::b/${aws:username}' })],
    ['with both Action and NotAction', allow({ NotAction: 's3:*' })],
    ['without a resource', { Effect: 'Allow', Action: '*' }],
    ['with a principal, as a role has it', allow({ Principal: '*' })],
    ['with an unknown member', allow({ Actions: [] })],
  ])('%s', (_, statement) => {
    expect(identityPolicy.safeParse({ Version: '2012-10-17', Statement: [statement] }).success).toBe(false);
  });
});
