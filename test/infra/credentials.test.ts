import { describe, expect, test } from 'vitest';
import { erp, mes, sampleFor, synthesizeSample } from './sample.ts';
import { functionNamed, ofType, permissionsOf, type Resource, resourcesIn } from './template.ts';

const rotated = { ...erp, credentials: { replacedBy: 'rotation', everyDays: 30 } } as const;
const assembly = synthesizeSample('production', { change: { systems: { erp: rotated, mes } } });
const service = resourcesIn(assembly, 'service');
const plain = resourcesIn(synthesizeSample('production'), 'service');
const prefix = 'countersign-production-';
const secrets = { read: 'SecretserpreadF566A9B5', write: 'SecretserpwriteD444D052' };

const alarmsOn = (resources: readonly Resource[], metric: string) =>
  ofType(resources, 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => properties)
    .filter(({ MetricName }) => MetricName === metric);

describe('a system whose credentials are rotated', () => {
  test('has a function for each, which can do that to this one secret and nothing else', () => {
    for (const [access, id] of Object.entries(secrets)) {
      const name = `${prefix}erp-${access}-rotate`;
      expect(permissionsOf(service, name).filter((each) => !each.startsWith('logs:'))).toEqual([
        ...['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey'].map((verb) => `kms:${verb} on <data:DataKey.Arn>`),
        ...['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
          (verb) => `secretsmanager:${verb} on <data:${id}>`,
        ),
      ]);
      expect(functionNamed(service, name).properties.Environment.Variables).toMatchObject({
        SYSTEM: 'erp',
        ACCESS: access,
        SECRET_ARN: `<data:${id}>`,
      });
    }
  });

  test('is rotated by its schedule alone: nothing happens to a secret at its deployment', () => {
    const schedules = ofType(service, 'AWS::SecretsManager::RotationSchedule').map(({ properties }) => properties);
    expect(schedules.map(({ SecretId }) => SecretId)).toEqual(Object.values(secrets).map((id) => `<data:${id}>`));
    for (const schedule of schedules)
      expect(schedule).toMatchObject({
        RotateImmediatelyOnUpdate: false,
        RotationRules: { AutomaticallyAfterDays: 30 },
      });
  });

  test('lets Secrets Manager call each function for its own secret', () => {
    const permissions = ofType(service, 'AWS::Lambda::Permission')
      .map(({ properties }) => properties)
      .filter(({ Principal }) => Principal === 'secretsmanager.amazonaws.com');
    expect(permissions.map(({ SourceArn }) => SourceArn)).toEqual(Object.values(secrets).map((id) => `<data:${id}>`));
    for (const { SourceAccount } of permissions) expect(SourceAccount).toBe('<AWS::AccountId>');
  });

  test('raises an alarm when a rotation fails, and when one is a week late', () => {
    const watched = alarmsOn(service, 'Errors').map(({ Dimensions }) => JSON.stringify(Dimensions));
    for (const { id, properties } of ofType(service, 'AWS::Lambda::Function'))
      if (properties.FunctionName.endsWith('-rotate')) expect(watched.join()).toContain(id);
    expect(alarmsOn(service, 'CredentialAge').map(({ Threshold }) => Threshold)).toEqual([37, 37, 180]);
  });
});

describe('a system whose credentials people replace', () => {
  test('has no rotation at all, and an alarm about the age of each', () => {
    expect(ofType(plain, 'AWS::SecretsManager::RotationSchedule')).toEqual([]);
    expect(ofType(plain, 'AWS::Lambda::Function').filter(({ id }) => /rotate/.test(id))).toEqual([]);
    expect(
      alarmsOn(plain, 'CredentialAge').map(({ Dimensions, Threshold, Namespace }) => ({
        ...Object.fromEntries(Dimensions.map(({ Name, Value }: Record<string, string>) => [Name, Value])),
        ...{ Threshold, Namespace },
      })),
    ).toEqual(
      [
        ['erp', 'read'],
        ['erp', 'write'],
        ['mes', 'read'],
      ].map(([system, access]) => ({
        ...{ system, access, service: 'countersign-production' },
        ...{ Threshold: 180, Namespace: 'Countersign' },
      })),
    );
  });

  test('is told of when it cannot be signed in to', () => {
    expect(alarmsOn(plain, 'SignInFailed')).toMatchObject(
      ['erp', 'mes'].map((Value) => ({
        ...{ Namespace: 'Countersign', Threshold: 0, Period: 300 },
        Dimensions: [
          { Name: 'service', Value: 'countersign-production' },
          { Name: 'system', Value },
        ],
      })),
    );
  });

  test('tells its ages once a day', () => {
    const daily = ofType(plain, 'AWS::Events::Rule').filter(
      ({ properties }) => properties.ScheduleExpression === 'rate(1 day)',
    );
    expect(daily).toHaveLength(1);
    const { CREDENTIALS } = functionNamed(plain, `${prefix}credential-ages`).properties.Environment.Variables;
    expect(Object.keys(JSON.parse(CREDENTIALS))).toEqual(['erp read', 'erp write', 'mes read']);
  });
});

test.each([
  [{ replacedBy: 'rotation' }, 'everyDays'],
  [{ replacedBy: 'rotation', everyDays: 1 }, 'everyDays'],
  [{ replacedBy: 'people', warnAfterDays: 0 }, 'warnAfterDays'],
  [{ replacedBy: 'nobody' }, 'credentials'],
])('rules of credentials that cannot be kept fail synthesis by their field: %j', (credentials, field) => {
  expect(() => sampleFor('dev', { systems: { erp: { ...erp, credentials } as typeof rotated } })).toThrow(field);
});
