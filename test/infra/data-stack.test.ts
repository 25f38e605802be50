import { describe, expect, test } from 'vitest';
import { synthesizeSample } from './sample.ts';
import { ofType, type Resource, resourcesIn } from './template.ts';

const production = resourcesIn(synthesizeSample('production'), 'data');
const dev = resourcesIn(synthesizeSample('dev'), 'data');

const stateful = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];
const idsOf = (resources: readonly Resource[]) =>
  Object.fromEntries(resources.filter(({ type }) => stateful.includes(type)).map(({ id, type }) => [id, type]));
const table = (resources: readonly Resource[], id: string) => {
  const found = resources.find((resource) => resource.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  return found.properties;
};

describe('what holds data', () => {
  test('keeps its logical ids: another id would replace the store', () => {
    const pinned = {
      CoordinationTable: 'AWS::DynamoDB::Table',
      DataKey: 'AWS::KMS::Key',
      OperationsTable: 'AWS::DynamoDB::Table',
      JournalTable: 'AWS::DynamoDB::Table',
      LedgerTable: 'AWS::DynamoDB::Table',
      ResultsBucket: 'AWS::S3::Bucket',
      RelayFailuresBucket: 'AWS::S3::Bucket',
      SecretserpreadF566A9B5: 'AWS::SecretsManager::Secret',
      SecretserpwriteD444D052: 'AWS::SecretsManager::Secret',
      SecretsmesreadB1701104: 'AWS::SecretsManager::Secret',
    };
    expect(idsOf(production)).toEqual(pinned);
    expect(idsOf(dev)).toEqual(pinned);
  });

  test('is nothing but stores, their key and their policies', () => {
    expect([...new Set(production.map(({ type }) => type))].sort()).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::KMS::Alias',
      'AWS::KMS::Key',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SecretsManager::Secret',
    ]);
  });

  test('outlives its stack in production, and goes with it in dev', () => {
    const policies = (resources: readonly Resource[]) =>
      new Set(resources.filter(({ type }) => stateful.includes(type)).map(({ deletionPolicy }) => deletionPolicy));
    expect(policies(production)).toEqual(new Set(['Retain']));
    expect(policies(dev)).toEqual(new Set(['Delete']));
  });

  test('stays in dev too, where the configuration says so', () => {
    const kept = resourcesIn(synthesizeSample('dev', { change: { removal: 'retain' } }), 'data');
    expect(table(kept, 'OperationsTable').DeletionProtectionEnabled).toBe(true);
  });

  test('cannot be deleted by hand in production', () => {
    const tables = ofType(production, 'AWS::DynamoDB::Table');
    expect(tables.map(({ properties }) => properties.DeletionProtectionEnabled)).toEqual([true, true, true, true]);
  });

  test('is encrypted with the one key, whose material rotates', () => {
    expect(table(production, 'DataKey').EnableKeyRotation).toBe(true);
    for (const { properties } of ofType(production, 'AWS::DynamoDB::Table'))
      expect(properties.SSESpecification).toMatchObject({ KMSMasterKeyId: '<DataKey.Arn>', SSEType: 'KMS' });
    for (const { properties } of ofType(production, 'AWS::SecretsManager::Secret'))
      expect(properties.KmsKeyId).toBe('<DataKey.Arn>');
    for (const { properties } of ofType(production, 'AWS::S3::Bucket'))
      expect(JSON.stringify(properties.BucketEncryption)).toContain('<DataKey.Arn>');
  });
});

describe('operations', () => {
  test('are found by id and by day, and tell the relay what they were and are', () => {
    const properties = table(production, 'OperationsTable');
    expect(properties).toMatchObject({
      TableName: 'countersign-production-operations',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(properties.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: 'byDay', KeySchema: [{ AttributeName: 'day' }, { AttributeName: 'createdAt' }] },
      { IndexName: 'byLane', KeySchema: [{ AttributeName: 'lane' }, { AttributeName: 'queuedAt' }] },
      { IndexName: 'byUnsettled', KeySchema: [{ AttributeName: 'unsettled' }, { AttributeName: 'updatedAt' }] },
    ]);
  });
});

describe('the journal', () => {
  test('has one entry for each version of an operation, is found by day, and never expires', () => {
    const properties = table(production, 'JournalTable');
    expect(properties).toMatchObject({
      TableName: 'countersign-production-journal',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'version', KeyType: 'RANGE' },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(properties.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: 'byDay', KeySchema: [{ AttributeName: 'day' }, { AttributeName: 'at' }] },
    ]);
    expect(properties.TimeToLiveSpecification).toBeUndefined();
  });
});

describe('buckets', () => {
  test('let nobody in from outside, and nobody without TLS', () => {
    for (const { properties } of ofType(production, 'AWS::S3::Bucket'))
      expect(properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    for (const { properties } of ofType(production, 'AWS::S3::BucketPolicy'))
      expect(properties.PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ]);
  });

  test('keep results longer than operations are kept, and handed-out answers for a day', () => {
    expect(table(production, 'ResultsBucket').LifecycleConfiguration.Rules).toMatchObject([
      { Prefix: 'operations/', ExpirationInDays: 460 },
      { Prefix: 'answers/', ExpirationInDays: 1 },
    ]);
  });
});

describe('credentials', () => {
  test('are one for each system and access, named by stage', () => {
    expect(ofType(production, 'AWS::SecretsManager::Secret').map(({ properties }) => properties.Name)).toEqual([
      'countersign/production/erp/read',
      'countersign/production/erp/write',
      'countersign/production/mes/read',
    ]);
  });

  test('start empty: nothing in the template looks like one', () => {
    for (const { properties } of ofType(production, 'AWS::SecretsManager::Secret')) {
      expect(properties).not.toHaveProperty('SecretString');
      expect(properties).not.toHaveProperty('GenerateSecretString');
    }
  });
});
