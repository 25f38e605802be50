import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import { ConfigurationError } from '../../lib/core/configuration-error.ts';
import { defineContract } from '../../lib/core/contract.ts';
import { type System, toolEntry } from '../../lib/core/system.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { emptyFunctions, erp, mes, sample, sampleFor, synthesizeSample } from './sample.ts';
import { ofType, resourcesIn } from './template.ts';

const rules = (app: App) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
const production = synthesizeSample('production');
const templates = production.stacks.map(({ template }) => JSON.stringify(template)).join('\n');

describe('a stage', () => {
  test('is two stacks, the one that serves after the one that holds data', () => {
    expect(production.stacks.map(({ stackName }) => stackName)).toEqual([
      'countersign-production-data',
      'countersign-production-service',
    ]);
    expect(production.stacks[1]?.dependencies.map(({ id }) => id)).toContain('countersign-production-data');
  });

  test('is protected against termination, unless it is for development', () => {
    const protectedIn = (stage: string) => synthesizeSample(stage).stacks.map((stack) => stack.terminationProtection);
    expect(protectedIn('production')).toEqual([true, true]);
    expect(protectedIn('dev')).toEqual([false, false]);
  });

  test('stands in every fixed name, so that stages share an account', () => {
    const namesIn = (stage: string) =>
      (['data', 'service'] as const).flatMap((stack) =>
        resourcesIn(synthesizeSample(stage), stack).flatMap(({ properties }) =>
          Object.entries(properties)
            .filter(([key]) => /^(Name|TableName|LogGroupName|ManagedPolicyName|AliasName)$/.test(key))
            .map(([, value]) => value),
        ),
      );
    const [names, others] = [namesIn('test'), namesIn('dev')];
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(name).toContain('test');
    expect(names.filter((name) => others.includes(name))).toEqual([]);
  });

  test('knows no account and no region until it is deployed', () => {
    const others = templates.replaceAll('arn:aws:iam::111122223333:role/reader', '');
    expect(others).not.toMatch(/\b\d{12}\b/);
    expect(others).not.toMatch(/\b(us|eu|ap|sa|ca|me|af)-(north|south|east|west|central)[a-z]*-\d\b/);
    for (const { environment } of production.stacks)
      expect(environment).toMatchObject({ account: 'unknown-account', region: 'unknown-region' });
  });

  test('is synthesized to the same bytes again', () => {
    const functions = emptyFunctions();
    const once = synthesizeSample('production', { functions });
    const again = synthesizeSample('production', { functions });
    expect(again.stacks.map(({ template }) => template)).toEqual(once.stacks.map(({ template }) => template));
  });

  test('is made of these resources and no others', () => {
    expect([...new Set(resourcesIn(production, 'service').map(({ type }) => type))].sort()).toEqual([
      'AWS::ApiGateway::Deployment',
      'AWS::ApiGateway::GatewayResponse',
      'AWS::ApiGateway::Method',
      'AWS::ApiGateway::Resource',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
    ]);
  });

  test('carries the tags of the configuration', () => {
    const tagged = resourcesIn(synthesizeSample('dev', { change: { tags: { 'cost-centre': '4711' } } }), 'data');
    for (const { properties } of ofType(tagged, 'AWS::DynamoDB::Table'))
      expect(properties.Tags).toEqual([
        { Key: 'cost-centre', Value: '4711' },
        { Key: 'countersign:stage', Value: 'dev' },
      ]);
  });

  test('bounds every role that it makes, where the configuration names a boundary', () => {
    const boundary = 'arn:aws:iam::111122223333:policy/boundary';
    const service = resourcesIn(synthesizeSample('dev', { change: { permissionsBoundary: boundary } }), 'service');
    const roles = ofType(service, 'AWS::IAM::Role');
    expect(roles).toHaveLength(11);
    for (const { properties } of roles) expect(properties.PermissionsBoundary).toBe(boundary);
  });

  test('passes the rules of cdk-nag and of CloudFormation', () => {
    expect(() => synthesizeSample('production', { rules })).not.toThrow();
  }, 60_000);

  test('that breaks a rule is not synthesized', () => {
    const withBareBucket = (app: App) => {
      rules(app);
      new Bucket(new Stack(app, 'bare'), 'Bucket');
    };
    expect(() => synthesizeSample('dev', { rules: withBareBucket })).toThrow(/AwsSolutions-S10/);
  }, 60_000);
});

describe('a MES', () => {
  const setpoint = defineContract({
    ...erp.tools[3].contract,
    name: 'write_setpoint',
  });
  const tools = [toolEntry(setpoint, () => Promise.reject(new Error('never loaded')))];
  // @ts-expect-error at this level a tool that writes does not compile; what follows is for whoever gets around the compiler
  const withSetpoint: System = { ...mes, isaLevel: 3, tools };

  test('has no route, no function and no credential that writes', () => {
    const everything = templates.match(/mes[-/_]write|Secretsmeswrite|write_setpoint/g);
    expect(everything).toBeNull();
  });

  test('with a tool that writes is refused as a configuration', () => {
    const configure = () => configurationFor(() => ({ ...sample('dev'), systems: { erp, mes: withSetpoint } }), 'dev');
    expect(configure).toThrow(new ConfigurationError('systems.mes', 'ISA-95 level 3 can only be read: write_setpoint'));
  });

  test('with a tool that writes is not synthesized either, by whatever way it came', () => {
    const configuration = { ...sampleFor('dev'), systems: { erp, mes: withSetpoint } };
    const synthesis = () => synthesize({ configuration, stage: 'dev', functions: emptyFunctions() });
    expect(synthesis).toThrow(/^systems\.mes: ISA-95 level 3/);
  });
});

describe('a name that is too long for a function', () => {
  test('is refused, naming the system', () => {
    const system = 'a'.repeat(31);
    const configuration = configurationFor(
      () => ({ ...sample('dev'), systems: { [system]: mes }, agents: {} }),
      'abcdefghijklmnop',
    );
    const synthesis = () => synthesize({ configuration, stage: 'abcdefghijklmnop', functions: emptyFunctions() });
    expect(synthesis).toThrow(new RegExp(`^systems\\.${system}: .*64`));
  });
});
