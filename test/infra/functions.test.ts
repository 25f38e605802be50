import { describe, expect, test } from 'vitest';
import { synthesizeSample } from './sample.ts';
import { functionNamed, ofType, permissionsOf, resourcesIn, statementsOf } from './template.ts';

const assembly = synthesizeSample('production');
const service = resourcesIn(assembly, 'service');
const prefix = 'countersign-production-';
const functions = ofType(service, 'AWS::Lambda::Function');

/** What a function may do beyond writing its own log. */
const permissions = (name: string) =>
  permissionsOf(service, `${prefix}${name}`).filter((permission) => !permission.startsWith('logs:'));

const writesWithKey = [
  'kms:Decrypt on <data:DataKey.Arn>',
  'kms:DescribeKey on <data:DataKey.Arn>',
  'kms:Encrypt on <data:DataKey.Arn>',
  'kms:GenerateDataKey on <data:DataKey.Arn>',
];
const objects = (keys: string, ...verbs: readonly string[]) =>
  verbs.map((verb) => `s3:${verb}Object on <data:ResultsBucket.Arn>/${keys}/*`);
const coordinates = ['GetItem', 'UpdateItem'].map((verb) => `dynamodb:${verb} on <data:CoordinationTable.Arn>`);
const secret = (id: string) => `secretsmanager:GetSecretValue on <data:${id}>`;
const asks = ['<RecovererpF1C3EEC0.Arn>', '<RecovermesFE74C0BC.Arn>'].map((arn) => `lambda:InvokeFunction on ${arn}`);

describe('what a function may do', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    catalogue: [],
    'credential-ages': ['SecretserpreadF566A9B5', 'SecretserpwriteD444D052', 'SecretsmesreadB1701104'].map(
      (id) => `secretsmanager:ListSecretVersionIds on <data:${id}>`,
    ),
    'erp-read': [
      ...coordinates,
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      ...writesWithKey,
      ...objects('answers', 'Get', 'Put'),
      secret('SecretserpreadF566A9B5'),
    ],
    'erp-write': [
      ...coordinates,
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      'dynamodb:PutItem on <data:OperationsTable.Arn>',
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byLane',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      ...objects('answers', 'Get', 'Put'),
      ...objects('operations', 'Get', 'Put'),
      secret('SecretserpwriteD444D052'),
    ],
    'mes-read': [
      ...coordinates,
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      ...writesWithKey,
      ...objects('answers', 'Get', 'Put'),
      secret('SecretsmesreadB1701104'),
    ],
    'erp-recover': [
      ...coordinates,
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byUnsettled',
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      ...objects('operations', 'Get', 'Put'),
      secret('SecretserpreadF566A9B5'),
    ],
    'mes-recover': [
      ...coordinates,
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byUnsettled',
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      ...objects('operations', 'Get', 'Put'),
      secret('SecretsmesreadB1701104'),
    ],
    'erp-replay': [
      ...coordinates,
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byLane',
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byUnsettled',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      ...objects('operations', 'Get', 'Put'),
      secret('SecretserpwriteD444D052'),
      'sqs:ChangeMessageVisibility on <data:Backlogerp1B7277DB.Arn>',
      'sqs:DeleteMessage on <data:Backlogerp1B7277DB.Arn>',
      'sqs:ReceiveMessage on <data:Backlogerp1B7277DB.Arn>',
      'sqs:SendMessage on <data:BacklogerpunreadableB924C009.Arn>',
    ],
    operations: [
      'dynamodb:GetItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      ...asks,
      ...objects('answers', 'Get', 'Put'),
      ...objects('operations', 'Get'),
    ],
    admin: [
      ...coordinates,
      ...['GetItem', 'PutItem', 'UpdateItem'].map((verb) => `dynamodb:${verb} on <data:OperationsTable.Arn>`),
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      'dynamodb:Query on <data:JournalTable.Arn>/index/byDay',
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byDay',
      'dynamodb:Query on <data:OperationsTable.Arn>/index/byUnsettled',
      ...writesWithKey,
      ...asks,
      ...objects('operations', 'Get', 'Put'),
      'sqs:GetQueueAttributes on <data:Backlogerp1B7277DB.Arn>',
    ],
    relay: [
      'dynamodb:DescribeStream on <data:OperationsTable.StreamArn>',
      'dynamodb:GetRecords on <data:OperationsTable.StreamArn>',
      'dynamodb:GetShardIterator on <data:OperationsTable.StreamArn>',
      'dynamodb:ListStreams on <data:OperationsTable.Arn>/stream/*',
      'dynamodb:PutItem on <data:JournalTable.Arn>',
      'dynamodb:Scan on <data:OperationsTable.Arn>',
      'dynamodb:UpdateItem on <data:CoordinationTable.Arn>',
      'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
      ...writesWithKey,
      's3:ListBucket on <data:RelayFailuresBucket.Arn>',
      's3:PutObject on <data:RelayFailuresBucket.Arn>/*',
      'sqs:SendMessage on <data:Backlogerp1B7277DB.Arn>',
    ],
  };

  test('is listed here for every function', () => {
    expect(functions.map(({ properties }) => properties.FunctionName).sort()).toEqual(
      Object.keys(allowed)
        .map((name) => `${prefix}${name}`)
        .sort(),
    );
  });

  test.each(Object.entries(allowed))('%s: exactly this', (name, expected) => {
    expect(permissions(name)).toEqual([...expected].sort());
  });

  test('is to write its own log and no other', () => {
    for (const { properties } of functions) {
      const logs = permissionsOf(service, properties.FunctionName).filter((each) => each.startsWith('logs:'));
      const own = properties.LoggingConfig.LogGroup.replace('>', '.Arn>');
      expect(logs).toEqual([`logs:CreateLogStream on ${own}`, `logs:PutLogEvents on ${own}`]);
    }
  });

  test('comes from its own role alone, which Lambda alone assumes and to which nothing is attached', () => {
    const roles = ofType(service, 'AWS::IAM::Role');
    expect(new Set(functions.map(({ properties }) => properties.Role)).size).toBe(functions.length);
    for (const { properties } of roles) {
      expect(properties.ManagedPolicyArns).toBeUndefined();
      expect(properties.AssumeRolePolicyDocument.Statement).toMatchObject([
        { Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  test('is never to change or delete what is in the journal, whoever it is', () => {
    const all = [...ofType(service, 'AWS::IAM::Policy'), ...ofType(service, 'AWS::IAM::ManagedPolicy')].flatMap(
      ({ properties }) => statementsOf(properties.PolicyDocument),
    );
    const onJournal = all.filter((permission) => permission.includes('JournalTable'));
    expect(new Set(onJournal.map((permission) => permission.split(' on ')[0]))).toEqual(
      new Set(['dynamodb:PutItem', 'dynamodb:Query']),
    );
    expect(all.filter((permission) => /^[a-z]+:\S*\*|^\*/.test(permission))).toEqual([]);
  });
});

describe('a function', () => {
  test('runs on Node.js 24 and arm64 with 512 MB, and gives up before API Gateway does', () => {
    for (const { properties } of functions)
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        // Nobody waits for the worker of a backlog; it works until the next one begins.
        Timeout: properties.FunctionName.endsWith('-replay') ? 100 : 28,
        Handler: 'index.handler',
      });
  });

  test('has a log that is kept for a year', () => {
    const names = ofType(service, 'AWS::Logs::LogGroup').map(({ properties }) => [
      properties.LogGroupName,
      properties.RetentionInDays,
    ]);
    for (const { properties } of functions)
      expect(names).toContainEqual([`/aws/lambda/${properties.FunctionName}`, 365]);
  });

  test('that carries out tools knows its system, its access, its credential and where the system is', () => {
    expect(functionNamed(service, `${prefix}erp-write`).properties.Environment.Variables).toEqual({
      STAGE: 'production',
      ACCOUNT_ID: '<AWS::AccountId>',
      COORDINATION_TABLE: '<data:CoordinationTable>',
      OPERATIONS_TABLE: '<data:OperationsTable>',
      JOURNAL_TABLE: '<data:JournalTable>',
      RESULTS_BUCKET: '<data:ResultsBucket>',
      SYSTEM: 'erp',
      ACCESS: 'write',
      SECRET_ARN: '<data:SecretserpwriteD444D052>',
      ORIGINS: '{"api":"https://erp.example","token":"https://erp.example/token"}',
    });
  });

  test('that asks others what became of an operation knows them by name', () => {
    for (const name of ['operations', 'admin']) {
      const { RECOVER_FUNCTIONS: names } = functionNamed(service, `${prefix}${name}`).properties.Environment.Variables;
      expect(JSON.parse(names)).toEqual({ erp: `${prefix}erp-recover`, mes: `${prefix}mes-recover` });
    }
  });
});

/** When an event comes round. */
const scheduled = (event: string): string[] =>
  ofType(service, 'AWS::Events::Rule')
    .filter(({ properties }) => properties.Targets[0].Input === event)
    .map(({ properties }) => properties.ScheduleExpression);

describe('what waits and what nobody asks about', () => {
  test('is carried out and looked up all the same', () => {
    expect(scheduled('{}')).toEqual(['rate(1 minute)']);
    expect(scheduled('{"ask":"reconcile"}')).toEqual(['rate(5 minutes)', 'rate(5 minutes)']);
  });
});

describe('what waits for an operator', () => {
  test('raises an alarm when a review is older than four hours', () => {
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    expect(alarms.filter(({ MetricName }) => MetricName === 'ParkedFor')).toMatchObject(
      ['erp', 'mes'].map((system) => ({
        Dimensions: [
          { Name: 'service', Value: 'countersign-production' },
          { Name: 'state', Value: 'review' },
          { Name: 'system', Value: system },
        ],
        Threshold: 14_400,
      })),
    );
  });
});

describe('the relay', () => {
  test('reads the stream of operations from its beginning, and puts aside what it cannot relay', () => {
    expect(ofType(service, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => properties)).toMatchObject([
      {
        EventSourceArn: '<data:OperationsTable.StreamArn>',
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 25,
        BisectBatchOnFunctionError: true,
        MaximumRecordAgeInSeconds: 3600,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: '<data:RelayFailuresBucket.Arn>' } },
      },
    ]);
  });

  test('is asked every hour to repair what the stream lost', () => {
    expect(scheduled('{"repair":true}')).toEqual(['rate(1 hour)']);
  });

  test('raises an alarm when it falls behind', () => {
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties.MetricName);
    expect(alarms).toContain('IteratorAge');
    expect(alarms.filter((metric) => metric === 'Errors')).toHaveLength(functions.length);
  });
});
