import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { type Deployment, isRetained, nameIn } from '../../../lib/constructs/deployment.ts';
import { pinLogicalId } from '../../../lib/constructs/logical-id.ts';
import { accessesOf } from '../../../lib/constructs/system-access.ts';
import { erp, mes, sampleFor } from '../../infra/sample.ts';

const deployment = (stage: string, removal?: 'retain' | 'destroy'): Deployment => ({
  stage,
  configuration: sampleFor(stage, removal && { removal }),
  functions: 'dist/functions',
  attachPolicies: false,
});

describe('a deployment', () => {
  test('names what it makes by stage', () => {
    expect(nameIn(deployment('test'), 'erp', 'write')).toBe('countersign-test-erp-write');
  });

  test.each([
    ['production', undefined, true],
    ['test', undefined, true],
    ['dev', undefined, false],
    ['local', undefined, false],
    ['dev', 'retain', true],
    ['production', 'destroy', false],
  ] as const)('keeps its data: stage %s, removal %s: %s', (stage, removal, kept) => {
    expect(isRetained(deployment(stage, removal))).toBe(kept);
  });
});

describe('a system', () => {
  test('has a credential to write only where a tool writes, and always one to read', () => {
    const writesOnly = { ...erp, tools: erp.tools.slice(2) };
    expect(accessesOf({ ...sampleFor('dev'), systems: { erp: writesOnly, mes } })).toEqual([
      { system: 'erp', access: 'read' },
      { system: 'erp', access: 'write' },
      { system: 'mes', access: 'read' },
    ]);
  });
});

describe('a pinned logical id', () => {
  test('stays where the construct moves', () => {
    const stack = new Stack(new App(), 'Stack');
    const bucket = new Bucket(new Construct(stack, 'Elsewhere'), 'Bucket');
    pinLogicalId(bucket, 'ResultsBucket');
    expect(stack.resolve(bucket.bucketName)).toEqual({ Ref: 'ResultsBucket' });
  });

  test('needs a resource', () => {
    const stack = new Stack(new App(), 'Stack');
    expect(() => pinLogicalId(new Construct(stack, 'Nothing'), 'X')).toThrow('Stack/Nothing has no resource to pin');
  });
});
