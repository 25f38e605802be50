import { describe, expect, test } from 'vitest';
import { deployStacks } from '../../../local/cloudformation/deploy.ts';
import type { DeployedResource, ResourceType } from '../../../local/service.ts';

/** A resource type that records what it is given. */
const recorder = () => {
  const deployed: DeployedResource[] = [];
  const type: ResourceType = {
    properties: ['Name', 'Value', 'Tags'],
    deploy(resource) {
      deployed.push(resource);
      return { ref: `ref-${resource.logicalId}`, attributes: { Arn: `arn:${resource.logicalId}`, 'A.B': 'nested' } };
    },
  };
  const types = new Map([['Test::Thing', type]]);
  const deploy = (...templates: object[]) =>
    deployStacks(
      templates.map((template, index) => ({ name: `stack${index}`, template })),
      { types, account: '111122223333', region: 'eu-central-1' },
    );
  return { deployed, deploy };
};

const thing = (Value: unknown, more: object = {}) => ({ Type: 'Test::Thing', Properties: { Value }, ...more });
const resolved = async (expression: unknown, template: object = {}) => {
  const { deployed, deploy } = recorder();
  await deploy({ Resources: { Other: thing(1), Here: thing(expression) }, ...template });
  return deployed.find(({ logicalId }) => logicalId === 'Here')?.properties['Value'];
};

describe('an intrinsic function', () => {
  test.each<[unknown, unknown]>([
    [{ Ref: 'Other' }, 'ref-Other'],
    [{ Ref: 'AWS::AccountId' }, '111122223333'],
    [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn:Other'],
    [{ 'Fn::GetAtt': 'Other.A.B' }, 'nested'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Other' }]] }, 'a-ref-Other'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    [{ 'Fn::Sub': '${Other}:${Other.Arn}:${!Literal}:${AWS::Region}' }, 'ref-Other:arn:Other:${Literal}:eu-central-1'],
    [{ 'Fn::Sub': ['${mine}/${Other}', { mine: { 'Fn::GetAtt': ['Other', 'Arn'] } }] }, 'arn:Other/ref-Other'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    [{ 'Fn::If': ['IsHere', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['IsElsewhere', 'yes', { Ref: 'AWS::NoValue' }] }, undefined],
    [
      ['a', { Ref: 'AWS::NoValue' }, 'b'],
      ['a', 'b'],
    ],
    [{ Condition: { Bool: {} } }, { Condition: { Bool: {} } }],
    [{ Ref: 'Version' }, '6'],
  ])('%j becomes %j', async (expression, expected) => {
    const Conditions = {
      IsHere: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      IsElsewhere: { 'Fn::Not': [{ Condition: 'IsHere' }] },
    };
    const Parameters = { Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '6' } };
    expect(await resolved(expression, { Conditions, Parameters })).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [{ Ref: 'Nowhere' }, 'there is no "Nowhere" to refer to'],
    [{ 'Fn::GetAtt': ['Other', 'Nothing'] }, 'attribute "Other.Nothing"'],
    [{ 'Fn::ImportValue': 'nobody' }, 'export "nobody"'],
    ['{{resolve:ssm:/name}}', 'dynamic reference'],
  ])('%j fails with what is missing', async (expression, message) => {
    await expect(resolved(expression)).rejects.toThrow(message);
  });
});

describe('a deployment', () => {
  test('puts each resource after those it refers to or depends on', async () => {
    const { deployed, deploy } = recorder();
    await deploy({
      Resources: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
        First: thing({ 'Fn::Sub': '${Second.Arn}' }),
        Second: thing('x', { DependsOn: 'Third' }),
        Third: thing({ inner: [{ Ref: 'Fourth' }] }),
        Fourth: thing('y'),
      },
    });
    expect(deployed.map(({ logicalId }) => logicalId)).toEqual(['Fourth', 'Third', 'Second', 'First']);
  });

  test('refuses resources that wait for each other', async () => {
    const { deploy } = recorder();
    const template = { Resources: { A: thing({ Ref: 'B' }), B: thing({ Ref: 'A' }) } };
    await expect(deploy(template)).rejects.toThrow('A, B depend on each other in a circle');
  });

  test('leaves out what its condition excludes', async () => {
    const { deployed, deploy } = recorder();
    await deploy({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Absent: thing('x', { Condition: 'Never' }), Present: thing('y') },
      Outputs: { Gone: { Value: { Ref: 'Absent' }, Condition: 'Never' } },
    });
    expect(deployed.map(({ logicalId }) => logicalId)).toEqual(['Present']);
  });

  test('hands values from one stack to the next by export and by output', async () => {
    const { deployed, deploy } = recorder();
    const outputs = await deploy(
      {
        Resources: { Source: thing('x') },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Source', 'Arn'] }, Export: { Name: 'source-arn' } } },
      },
      {
        Resources: {
          ByExport: thing({ 'Fn::ImportValue': 'source-arn' }),
          ByOutput: thing({
            'Fn::GetStackOutput': { StackName: 'stack0', OutputName: 'Arn', Region: { Ref: 'AWS::Region' } },
          }),
        },
      },
    );
    expect(outputs.get('stack0')).toEqual({ Arn: 'arn:Source' });
    expect(deployed.map(({ properties }) => properties['Value'])).toEqual(['x', 'arn:Source', 'arn:Source']);
  });

  test('names everything it does not support at once, before anything is deployed', async () => {
    const { deployed, deploy } = recorder();
    const attempt = deploy({
      Resources: {
        Fine: thing('x'),
        Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
        Odd: { Type: 'Test::Thing', Properties: { Colour: { 'Fn::Base64': 'x' } } },
      },
      Outputs: { Late: { Value: { 'Fn::Cidr': ['x'] } } },
    });
    await expect(attempt).rejects.toMatchObject({ code: 'TEMPLATE_UNSUPPORTED' });
    await expect(attempt).rejects.toThrow(
      [
        'stack0: Topic: resource type AWS::SNS::Topic',
        'stack0: Odd: property Colour of Test::Thing',
        'stack0: function Fn::Base64',
        'stack0: function Fn::Cidr',
      ].join('\n  '),
    );
    expect(deployed).toEqual([]);
  });

  test.each<[string, object]>([
    ['sections', { Resources: {}, Mappings: {} }],
    ['attributes of a resource', { Resources: { A: thing('x', { UpdatePolicy: {} }) } }],
    ['rules', { Resources: {}, Rules: { Mine: {} } }],
  ])('refuses %s that it does not know', async (_, template) => {
    await expect(recorder().deploy(template)).rejects.toMatchObject({ code: 'TEMPLATE_UNSUPPORTED' });
  });

  test('says where it failed', async () => {
    const types = new Map<string, ResourceType>([
      ['Test::Broken', { properties: [], deploy: () => Promise.reject(new Error('no room')) }],
    ]);
    const template = { Resources: { Broken: { Type: 'Test::Broken' } } };
    const target = { types, account: '1', region: 'r' };
    await expect(deployStacks([{ name: 'mine', template }], target)).rejects.toThrow(
      'mine: Broken (Test::Broken): no room',
    );
  });
});
