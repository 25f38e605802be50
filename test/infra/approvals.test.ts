import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { approvedWrite } from '../../statemachines/approved-write.ts';
import { asking, synthesizeSample } from './sample.ts';
import { functionNamed, ofType, permissionsOf, type Resource, resourcesIn, statementsOf } from './template.ts';

const prefix = 'countersign-production-';
const assembly = synthesizeSample('production', { change: asking });
const [data, service] = [resourcesIn(assembly, 'data'), resourcesIn(assembly, 'service')];
const withoutApprovals = synthesizeSample('production');

const only = (resources: readonly Resource[], type: string) => {
  const [found, ...others] = ofType(resources, type);
  if (!found || others.length > 0) throw new Error(`there is not exactly one ${type}`);
  return found.properties;
};
const named = (resources: readonly Resource[], id: string) => resources.find((resource) => resource.id === id);
/** What a function may do beyond its own log and the data key. */
const permissions = (name: string) =>
  permissionsOf(service, `${prefix}${name}`).filter((permission) => !/^(logs|kms):/.test(permission));
const machine = only(service, 'AWS::StepFunctions::StateMachine');
const machineArn = `<${ofType(service, 'AWS::StepFunctions::StateMachine')[0]?.id}>`;
/** What one function may do more than it could if nobody had to be asked. */
const more = (name: string) => {
  const before = permissionsOf(resourcesIn(withoutApprovals, 'service'), `${prefix}${name}`);
  return permissionsOf(service, `${prefix}${name}`).filter((permission) => !before.includes(permission));
};

describe('without a grant that asks for approval', () => {
  test('nothing of it is deployed, also where approvers are configured', () => {
    const { approvers, approvals } = asking;
    const configured = synthesizeSample('production', { change: { approvers, approvals } });
    const templates = (each: typeof assembly) => each.stacks.map(({ template }) => template);
    expect(templates(configured)).toEqual(templates(withoutApprovals));
    expect(JSON.stringify(templates(withoutApprovals))).not.toMatch(/[Aa]pprov|[Pp]eople|states:|ses:/);
  });
});

describe('what approvals keep', () => {
  test('is found by id, by status and by what it is about, restorable, and expires once it is settled', () => {
    expect(named(data, 'ApprovalsTable')).toMatchObject({
      deletionPolicy: 'Retain',
      properties: {
        TableName: 'countersign-production-approvals',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          { IndexName: 'byStatus', KeySchema: [{ AttributeName: 'status' }, { AttributeName: 'createdAt' }] },
          {
            IndexName: 'byAbout',
            KeySchema: [{ AttributeName: 'about' }, { AttributeName: 'createdAt' }],
            // The token of what waits is not among it.
            Projection: { NonKeyAttributes: ['status', 'need', 'decisions', 'shown'] },
          },
        ],
        SSESpecification: { KMSMasterKeyId: '<DataKey.Arn>' },
        TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
  });

  test('is what people sign in with, made empty', () => {
    const secret = named(data, 'ApproversSecret');
    expect(secret?.properties).toMatchObject({
      Name: 'countersign/production/approvers',
      KmsKeyId: '<DataKey.Arn>',
    });
    expect(secret?.properties).not.toHaveProperty('GenerateSecretString');
    expect(secret?.properties).not.toHaveProperty('SecretString');
  });

  test('is the proof that mails come from us', () => {
    expect(named(data, 'MailSender')).toMatchObject({
      deletionPolicy: 'Retain',
      properties: { EmailIdentity: 'countersign@example.com' },
    });
  });
});

describe('what a function may do for approvals', () => {
  const table = (...verbs: readonly string[]) => verbs.map((verb) => `dynamodb:${verb} on <data:ApprovalsTable.Arn>`);
  const byStatus = 'dynamodb:Query on <data:ApprovalsTable.Arn>/index/byStatus';
  const wakes = `states:SendTaskSuccess on ${machineArn}`;

  test('the pages: decide and wake; no operation, no system, no mail', () => {
    expect(permissions('people').sort()).toEqual(
      [
        ...table('GetItem', 'UpdateItem'),
        byStatus,
        'dynamodb:Query on <data:ApprovalsTable.Arn>/index/byAbout',
        'secretsmanager:GetSecretValue on <data:ApproversSecret>',
        wakes,
      ].sort(),
    );
  });

  test('the one that asks and carries out: the questions, the operations, the credential that writes, one sender', () => {
    const results = ['Get', 'Put'].map((verb) => `s3:${verb}Object on <data:ResultsBucket.Arn>/operations/*`);
    expect(permissions('erp-approved').sort()).toEqual(
      [
        'dynamodb:GetItem on <data:CoordinationTable.Arn>',
        'dynamodb:UpdateItem on <data:CoordinationTable.Arn>',
        'dynamodb:PutItem on <data:JournalTable.Arn>',
        ...table('GetItem', 'PutItem', 'UpdateItem'),
        'dynamodb:GetItem on <data:OperationsTable.Arn>',
        'dynamodb:UpdateItem on <data:OperationsTable.Arn>',
        ...results,
        'secretsmanager:GetSecretValue on <data:SecretserpwriteD444D052>',
        'ses:SendEmail on arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/<data:MailSender>',
        'ses:SendEmail on arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:configuration-set/countersign-production-approvals',
        `states:SendTaskSuccess on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:${machine.StateMachineName}`,
      ].sort(),
    );
  });

  test('the one that asks has the time to read all facts again before it sends; its machine waits for longer', () => {
    const { Timeout } = functionNamed(service, `${prefix}erp-approved`).properties;
    expect([Timeout, JSON.parse(machine.DefinitionString).States.Carry_out.TimeoutSeconds]).toEqual([60, 75]);
  });

  test('is told of mails that did not arrive: those of its system and stage', () => {
    const [set] = ofType(data, 'AWS::SES::ConfigurationSetEventDestination').map(({ properties }) => properties);
    expect(set).toMatchObject({
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['bounce', 'complaint', 'reject', 'renderingFailure'],
        EventBridgeDestination: {
          EventBusArn: 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default',
        },
      },
    });
    const rule = ofType(service, 'AWS::Events::Rule').find(({ properties }) => properties.EventPattern);
    const { id } = functionNamed(service, `${prefix}erp-approved`);
    expect(rule?.properties).toMatchObject({
      EventPattern: {
        source: ['aws.ses'],
        detail: {
          mail: { tags: { system: ['erp'], 'ses:configuration-set': ['countersign-production-approvals'] } },
        },
      },
      Targets: [{ Arn: `<${id}.Arn>` }],
    });
    const alarms = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties);
    expect(alarms.filter(({ MetricName }) => MetricName === 'UnansweredQuestion')).toMatchObject([
      {
        Dimensions: [
          { Name: 'service', Value: 'countersign-production' },
          { Name: 'system', Value: 'erp' },
        ],
        Threshold: 0,
      },
    ]);
  });

  test('the relay: start the machine, follow the questions, and wake it', () => {
    expect(more('relay')).toEqual([
      ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
        (verb) => `dynamodb:${verb} on <data:ApprovalsTable.StreamArn>`,
      ),
      'dynamodb:ListStreams on <data:ApprovalsTable.Arn>/stream/*',
      wakes,
      `states:StartExecution on ${machineArn}`,
    ]);
    const { APPROVAL_MACHINES: machines } = functionNamed(service, `${prefix}relay`).properties.Environment.Variables;
    expect(JSON.parse(machines)).toEqual({ erp: machineArn });
  });

  test('the administration: list, withdraw and enrol', () => {
    expect(more('admin')).toEqual(
      [
        ...table('GetItem', 'UpdateItem'),
        byStatus,
        'secretsmanager:GetSecretValue on <data:ApproversSecret>',
        'secretsmanager:PutSecretValue on <data:ApproversSecret>',
        wakes,
      ].sort(),
    );
  });

  test('others: nothing', () => {
    for (const name of ['catalogue', 'operations', 'erp-read', 'erp-write', 'mes-read', 'erp-recover', 'mes-recover'])
      expect(more(name)).toEqual([]);
  });

  test('is for nobody to read the history of an execution, which has the token in it', () => {
    const policies = [...ofType(service, 'AWS::IAM::Policy'), ...ofType(service, 'AWS::IAM::ManagedPolicy')];
    const states = policies
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter((permission) => permission.startsWith('states:'));
    expect(new Set(states.map((permission) => permission.split(' on ')[0]))).toEqual(
      new Set(['states:SendTaskSuccess', 'states:StartExecution']),
    );
  });
});

describe('the relay', () => {
  const mappings = ofType(service, 'AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);

  test('follows the questions as it follows the operations, but puts aside no copy: a token would be in it', () => {
    const [operations, approvals, ...others] = mappings;
    const { EventSourceArn: _, DestinationConfig: aside, ...settings } = operations;
    expect(aside).toBeDefined();
    expect(approvals).toEqual({ ...settings, EventSourceArn: '<data:ApprovalsTable.StreamArn>' });
    expect(others).toEqual([]);
  });

  test('follows nothing but operations where nobody is asked', () => {
    const sources = ofType(resourcesIn(withoutApprovals, 'service'), 'AWS::Lambda::EventSourceMapping');
    expect(sources.map(({ properties }) => properties.EventSourceArn)).toEqual(['<data:OperationsTable.StreamArn>']);
  });
});

describe('the machine of approved writes', () => {
  test('is the one of its system, as reviewers see it, with the function filled in', () => {
    expect(machine).toMatchObject({
      StateMachineName: 'countersign-production-erp-approved-write',
      StateMachineType: 'STANDARD',
    });
    expect(JSON.parse(machine.DefinitionString)).toEqual(approvedWrite);
    const { id } = functionNamed(service, `${prefix}erp-approved`);
    expect(machine.DefinitionSubstitutions).toEqual({ ApprovedFunction: `<${id}.Arn>` });
  });

  test('may call its function and deliver its log, which holds no data', () => {
    const role = machine.RoleArn.replace(/<|\.Arn>/g, '');
    const own = ofType(service, 'AWS::IAM::Policy').filter(({ properties }) => properties.Roles.includes(`<${role}>`));
    const allowed = own.flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
    expect(allowed.filter((permission) => !permission.startsWith('logs:'))).toEqual([
      `lambda:InvokeFunction on <${functionNamed(service, `${prefix}erp-approved`).id}.Arn>`,
    ]);
    expect(named(service, role)?.properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Principal: { Service: 'states.amazonaws.com' } },
    ]);
    expect(machine.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false });
  });

  test('raises an alarm when an execution ends badly', () => {
    const metrics = ofType(service, 'AWS::CloudWatch::Alarm').map(({ properties }) => properties.MetricName);
    expect(metrics).toEqual(expect.arrayContaining(['ExecutionsFailed', 'ExecutionsAborted', 'ExecutionsTimedOut']));
  });

  test('is for the systems that need it alone', () => {
    const names = ofType(service, 'AWS::Lambda::Function').map(({ properties }) => properties.FunctionName);
    expect(names.filter((name) => name.endsWith('-approved'))).toEqual([`${prefix}erp-approved`]);
  });
});

describe("the people's API", () => {
  const api = ofType(service, 'AWS::ApiGateway::RestApi').find(({ properties }) => /people$/.test(properties.Name));
  const ofApi = (type: string) =>
    ofType(service, type).filter(({ properties }) => properties.RestApiId === `<${api?.id}>`);
  const pathOf = (reference: string): string => {
    const found = ofApi('AWS::ApiGateway::Resource').find(({ id }) => reference === `<${id}>`);
    return found ? `${pathOf(found.properties.ParentId)}/${found.properties.PathPart}` : '';
  };

  test('has these pages and no others, which sign nobody in by IAM', () => {
    const methods = ofApi('AWS::ApiGateway::Method').map(({ properties }) => properties);
    expect(methods.map(({ HttpMethod, ResourceId }) => `${HttpMethod} ${pathOf(ResourceId) || '/'}`).sort()).toEqual([
      'GET /',
      'GET /a/{link}',
      'GET /batch',
      'GET /sign-in',
      'GET /sign-in/callback',
      'GET /sign-in/oidc',
      'GET /style.css',
      'POST /a/{link}',
      'POST /batch',
      'POST /sign-in',
      'POST /sign-out',
    ]);
    const pages = `<${functionNamed(service, `${prefix}people`).id}.Arn>`;
    for (const { AuthorizationType, Integration } of methods) {
      expect(AuthorizationType).toBe('NONE');
      expect(Integration.Uri).toContain(pages);
    }
  });

  test('is throttled, and logs neither queries nor the links of mails', () => {
    const [stage] = ofApi('AWS::ApiGateway::Stage');
    expect(stage?.properties.MethodSettings).toMatchObject([{ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 60 }]);
    const line: string[] = Object.values(JSON.parse(stage?.properties.AccessLogSetting.Format));
    expect(line).toContain('$context.resourcePath');
    expect(line.filter((each) => /\$context\.path|query|body|header/i.test(each))).toEqual([]);
  });

  test('answers what it refuses by itself with a page', () => {
    for (const { properties } of ofApi('AWS::ApiGateway::GatewayResponse'))
      expect(properties.ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'text/html; charset=utf-8'");
  });

  test('is where links in mails lead, unless people find it elsewhere', () => {
    const linksOf = (each: readonly Resource[]) =>
      functionNamed(each, `${prefix}erp-approved`).properties.Environment.Variables.PEOPLE_URL;
    expect(linksOf(service)).toBe(`https://<${api?.id}>.execute-api.<AWS::Region>.<AWS::URLSuffix>/production`);
    const elsewhere = synthesizeSample('production', { change: asking, peopleUrl: 'https://approve.example.com' });
    expect(linksOf(resourcesIn(elsewhere, 'service'))).toBe('https://approve.example.com');
  });
});

test('operators may list, remind, withdraw, enrol and note absences', () => {
  const policy = ofType(service, 'AWS::IAM::ManagedPolicy').find(({ properties }) =>
    /operator-operator$/.test(properties.ManagedPolicyName),
  );
  const calls = statementsOf(policy?.properties.PolicyDocument).map((each) => each.replace(/.*\/production\//, ''));
  expect(calls).toEqual(
    expect.arrayContaining([
      ...['remind', 'withdraw'].map((verb) => `POST/v1/admin/approvals/*/${verb}`),
      ...['enrol', 'absence'].map((verb) => `POST/v1/admin/approvers/*/${verb}`),
    ]),
  );
});

test('all of it passes the rules of cdk-nag and of CloudFormation', () => {
  const rules = (app: App) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  expect(() => synthesizeSample('production', { change: asking, rules })).not.toThrow();
}, 60_000);
