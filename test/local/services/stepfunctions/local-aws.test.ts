import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { describe, expect, test } from 'vitest';
import type { LocalAws } from '../../../../local/local-aws.ts';
import { control, type Fixture, startFixture, temporaryDirectory } from '../../fixture.ts';
import { ask, call, jsonata, outputOf } from './running.ts';

const end = { End: true };
const account = '111122223333';
const operatorArn = `arn:aws:iam::${account}:role/operator`;
const machineArn = `arn:aws:states:eu-central-1:${account}:stateMachine:machine`;

/** A function that sends its event by mail, as one that asks a person does. */
const mailing = {
  code: `
    const { SESv2Client, SendEmailCommand } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@aws-sdk/client-sesv2'))});
    exports.handler = (event) => new SESv2Client({}).send(new SendEmailCommand({
      FromEmailAddress: 'approvals@example.com',
      Destination: { ToAddresses: ['anna@example.com'] },
      Content: { Simple: { Subject: { Data: 'Please approve' }, Body: { Text: { Data: JSON.stringify(event) } } } },
    })).then(({ MessageId }) => MessageId);`,
  statements: [{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: `arn:aws:ses:*:${account}:identity/example.com` }],
};

const machineRole = (statements: readonly object[], principal = 'states.amazonaws.com') => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'machine',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: principal } }],
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

const invokeAll = [
  { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: `arn:aws:lambda:*:${account}:function:*` },
];
const operate = [{ Effect: 'Allow', Action: 'states:*', Resource: `arn:aws:states:*:${account}:*:machine*` }];

const machineFixture = (
  functions: Fixture['functions'],
  definition: string,
  {
    role = machineRole(invokeAll),
    operator = operate,
    state,
  }: {
    readonly role?: object;
    readonly operator?: readonly object[];
    readonly state?: string;
  } = {},
): Fixture => ({
  functions,
  roles: [
    {
      name: 'operator',
      kind: 'operator',
      roleArn: operatorArn,
      policy: { Version: '2012-10-17', Statement: operator },
    },
  ],
  resources: {
    MachineRole: role,
    Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.com' } },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'machine',
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
        DefinitionString: { 'Fn::Join': ['', [definition]] },
      },
    },
  },
  ...(state && { options: { state } }),
});

const startMachine = (...fixture: Parameters<typeof machineFixture>) => startFixture(machineFixture(...fixture));

const clientOf = (local: LocalAws) => {
  const { accessKeyId, secretAccessKey } = local.credentials('operator');
  const credentials = { accessKeyId, secretAccessKey };
  return new SFNClient({ endpoint: local.origin, region: local.region, credentials, maxAttempts: 1 });
};

const start = async (local: LocalAws, stateMachineArn = machineArn, input: unknown = {}): Promise<string> => {
  const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
  const { executionArn = '' } = await clientOf(local).send(command);
  await local.waitForIdle();
  return executionArn;
};

const describeExecution = (local: LocalAws, executionArn: string) =>
  clientOf(local).send(new DescribeExecutionCommand({ executionArn }));

const tokensSent = async (local: LocalAws): Promise<readonly string[]> => {
  const { mails } = await control(local, 'mail.json');
  return (mails as readonly { text: string }[]).map(({ text }) => JSON.parse(text).token);
};

const approval = jsonata('Ask', {
  Ask: ask('mail', { TimeoutSeconds: 259_200, Next: 'Commit' }),
  Commit: call('commit', { Output: '{% $states.result.Payload %}', ...end }),
});
const commit = { code: 'exports.handler = async (event) => ({ committed: event });' };

describe('a machine in the whole local AWS', () => {
  test('asks by mail, waits for days, and goes on when somebody answers', async () => {
    const local = await startMachine({ mail: mailing, commit }, approval);
    const arn = await start(local);
    await control(local, 'clock', { advance: 2 * 86_400_000 });
    expect(await describeExecution(local, arn)).toMatchObject({ status: 'RUNNING' });
    const [taskToken] = await tokensSent(local);
    await clientOf(local).send(new SendTaskSuccessCommand({ taskToken, output: '{"by":"anna"}' }));
    await local.waitForIdle();
    expect(outputOf(await describeExecution(local, arn))).toEqual({ committed: { by: 'anna' } });
  });

  test('shows the mail that it sent to whoever looks', async () => {
    const local = await startMachine({ mail: mailing, commit }, approval);
    await start(local);
    const list = await fetch(`${local.origin}/_local/mail`);
    expect(list.headers.get('content-security-policy')).toContain("default-src 'none'");
    const [, path = ''] = /<a href="([^"]+)">Please approve</.exec(await list.text()) ?? [];
    expect((await fetch(`${local.origin}${path}`)).status).toBe(200);
    expect((await fetch(`${local.origin}${path}/bounce`, { method: 'POST' })).status).toBe(403);
  });

  test('keeps everything that waits over a restart', async () => {
    const state = temporaryDirectory();
    const first = await startMachine({ mail: mailing, commit }, approval, { state });
    const arn = await start(first);
    const [taskToken] = await tokensSent(first);
    await first.close();
    const second = await startMachine({ mail: mailing, commit }, approval, { state });
    expect(await tokensSent(second)).toEqual([taskToken]);
    await clientOf(second).send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
    await second.waitForIdle();
    expect(outputOf(await describeExecution(second, arn))).toEqual({ committed: 1 });
  });

  test('killed with kill -9 while a function runs, calls it again where a Retry says so', async () => {
    const state = temporaryDirectory();
    const Retry = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1 }];
    const definition = jsonata('Commit', {
      Commit: call('commit', { Retry, Output: '{% $states.result.Payload %}', ...end }),
    });
    const hanging = { code: 'exports.handler = () => { console.log("called"); return new Promise(() => {}); };' };
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { ...process.env, FIXTURE: JSON.stringify(machineFixture({ commit: hanging }, definition, { state })) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let arn = '';
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('arn:')) arn = line;
      if (line === 'called') child.kill('SIGKILL');
    }
    await ended;
    const local = await startMachine({ commit }, definition, { state });
    await local.waitForIdle();
    await control(local, 'clock', { advance: 1_000 });
    await local.waitForIdle();
    expect(outputOf(await describeExecution(local, arn))).toEqual({ committed: {} });
  });
});

describe('who may', () => {
  test("call a function is the machine's role", async () => {
    const other = [
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: `arn:aws:lambda:*:${account}:function:mail` },
    ];
    const definition = jsonata('Commit', { Commit: call('commit', end) });
    const local = await startMachine({ commit }, definition, { role: machineRole(other) });
    const failed = await describeExecution(local, await start(local));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(failed.cause).toContain('is not authorized to perform: lambda:InvokeFunction on resource: ');
  });

  test('send a mail is the role of the function, from that identity alone', async () => {
    const Catch = [{ ErrorEquals: ['AccessDeniedException'], Next: 'Refused' }];
    const states = { Ask: ask('mail', { Catch, ...end }), Refused: { Type: 'Succeed' } };
    const statements = [{ ...mailing.statements[0], Resource: `arn:aws:ses:*:${account}:identity/other.example` }];
    const local = await startMachine({ mail: { ...mailing, statements } }, jsonata('Ask', states));
    const { Cause } = Object(outputOf(await describeExecution(local, await start(local))));
    expect(Cause).toContain('is not authorized to perform: ses:SendEmail on resource: ');
    expect(Cause).toContain('identity/example.com');
    expect(await tokensSent(local)).toEqual([]);
  });

  test('assume the role of the machine is Step Functions, or it is not deployed', async () => {
    const role = machineRole(invokeAll, 'lambda.amazonaws.com');
    const deployed = startMachine({ commit }, jsonata('A', { A: { Type: 'Succeed' } }), { role });
    await expect(deployed).rejects.toThrow('cannot be assumed by states.amazonaws.com');
  });

  test('end a task is whom a policy allows it on that machine', async () => {
    const operator = [
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn },
      { Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: `${machineArn}-of-others` },
    ];
    const local = await startMachine({ mail: mailing, commit }, approval, { operator });
    const arn = await start(local);
    const [taskToken] = await tokensSent(local);
    const denied = { name: 'AccessDeniedException' };
    const client = clientOf(local);
    await expect(client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject(denied);
    await expect(describeExecution(local, arn)).rejects.toMatchObject(denied);
    const forged = new SendTaskSuccessCommand({ taskToken: 'forged', output: '1' });
    await expect(client.send(forged)).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

test('what the CDK makes of a machine is deployed and runs', async () => {
  const stack = new Stack(new App(), 'machines');
  const answer = CdkFunction.fromFunctionName(stack, 'Answer', 'answer');
  const ask = LambdaInvoke.jsonata(stack, 'Call', { lambdaFunction: answer, outputs: '{% $states.result.Payload %}' });
  const machine = new StateMachine(stack, 'Machine', {
    stateMachineName: 'machine',
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(ask),
    logs: { destination: new LogGroup(stack, 'Log'), level: LogLevel.ERROR },
    tracingEnabled: true,
    timeout: Duration.days(30),
  });
  expect(machine.stateMachineArn).toBeDefined();
  const { Resources } = Template.fromStack(stack).toJSON();
  const fixture = machineFixture({ answer: { code: 'exports.handler = async () => 42;' } }, '{}');
  const local = await startFixture({ ...fixture, resources: Resources });
  expect(outputOf(await describeExecution(local, await start(local)))).toBe(42);
});

/** A process of its own: starts the machine of a fixture and prints the execution, and then what its function prints. */
const script = `
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StartExecutionCommand } from ${JSON.stringify(import.meta.resolve('@aws-sdk/client-sfn'))};
import { startLocalAws } from ${JSON.stringify(new URL('../../../../local/local-aws.ts', import.meta.url).href)};
import { fixtureTemplate } from ${JSON.stringify(new URL('../../template.ts', import.meta.url).href)};
const fixture = JSON.parse(process.env['FIXTURE'] ?? '');
const code = join(fixture.options.state, '..', 'code');
for (const [name, one] of Object.entries(fixture.functions)) {
  mkdirSync(join(code, name), { recursive: true });
  writeFileSync(join(code, name, 'index.cjs'), one.code);
}
const local = await startLocalAws({
  state: fixture.options.state,
  port: 0,
  assembly: {
    stacks: [{ name: 'test', template: fixtureTemplate(fixture) }],
    assetDirectory: (key) => join(code, key.replace('.zip', '')),
  },
  roles: fixture.roles,
  log: ({ text }) => console.log(text),
});
const { accessKeyId, secretAccessKey } = local.credentials('operator');
const client = new SFNClient({ endpoint: local.origin, region: local.region, credentials: { accessKeyId, secretAccessKey } });
const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn: ${JSON.stringify(machineArn)} }));
console.log(executionArn);
`;
