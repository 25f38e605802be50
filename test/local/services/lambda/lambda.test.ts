import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LocalAws } from '../../../../local/local-aws.ts';
import { callApi, control, type FixtureFunction, startFixture, temporaryDirectory } from '../../fixture.ts';

const callerArn = 'arn:aws:iam::111122223333:role/caller';

const startFunctions = (
  functions: Readonly<Record<string, FixtureFunction>>,
  options: { state?: string; log?: () => void } = {},
) =>
  startFixture({
    functions,
    roles: [{ name: 'caller', kind: 'operator', roleArn: callerArn }],
    resources: {
      CallerPolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Roles: ['caller'],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:*:*:function:*' },
            ],
          },
        },
      },
    },
    options,
  });

const clientOf = (local: LocalAws): LambdaClient => {
  const { accessKeyId, secretAccessKey } = local.credentials('caller');
  return new LambdaClient({
    endpoint: local.origin,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
};

const invoke = async (local: LocalAws, name: string, event: unknown = {}) => {
  const { Payload, FunctionError } = await clientOf(local).send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }),
  );
  return { failed: FunctionError, value: JSON.parse(Buffer.from(Payload ?? []).toString()) };
};

interface Listed {
  readonly name: string;
  readonly processes: readonly { readonly pid: number; readonly inFlight: number }[];
}

const processesOf = async (local: LocalAws, name: string) => {
  const { functions } = (await control(local, 'functions')) as unknown as { functions: readonly Listed[] };
  return functions.find((one) => one.name === name)?.processes ?? [];
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a function', () => {
  test('gets the event and a context, and its result comes back', async () => {
    const code = `exports.handler = async (event, context) => ({ event, name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis(), id: context.awsRequestId, memory: context.memoryLimitInMB });`;
    const local = await startFunctions({ f: { code, properties: { Timeout: 7, MemorySize: 512 } } });
    const { value, failed } = await invoke(local, 'f', { a: 1 });
    expect(failed).toBeUndefined();
    expect(value).toMatchObject({ event: { a: 1 }, name: 'f', memory: '512' });
    expect(value.arn).toBe('arn:aws:lambda:eu-central-1:111122223333:function:f');
    expect(value.left).toBeGreaterThan(6_000);
    expect(value.left).toBeLessThanOrEqual(7_000);
    expect(value.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('sees the variables of its template and of Lambda, and none of the host', async () => {
    vi.stubEnv('AWS_PROFILE', 'of-the-host');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    onTestFinished(() => void vi.unstubAllEnvs());
    const code = 'exports.handler = async () => process.env;';
    const properties = { Environment: { Variables: { STAGE: 'test' } } };
    const local = await startFunctions({ f: { code, properties } });
    const { value } = await invoke(local, 'f');
    expect(value).toMatchObject({
      STAGE: 'test',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_ENDPOINT_URL: local.origin,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^LKIA/),
      AWS_SESSION_TOKEN: expect.any(String),
      _HANDLER: 'index.handler',
    });
    expect(Object.keys(value)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
    for (const name of ['AWS_PROFILE', 'NODE_OPTIONS', 'HOME', 'VITEST']) expect(value).not.toHaveProperty(name);
  });

  test('works on many events at the same time in one process', async () => {
    const code = `
      let release; const all = new Promise((resolve) => { release = resolve; }); let count = 0;
      exports.handler = async () => { count += 1; if (count === 20) release(); await all; return process.pid; };`;
    const local = await startFunctions({ f: { code } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => invoke(local, 'f')));
    expect(new Set(answers.map(({ value }) => value)).size).toBe(1);
  });

  test('that throws answers with its error', async () => {
    const code = `exports.handler = async () => { const error = new TypeError('no such thing'); throw error; };`;
    const local = await startFunctions({ f: { code } });
    const { failed, value } = await invoke(local, 'f');
    expect(failed).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' });
    expect(value.trace[0]).toBe('TypeError: no such thing');
  });

  test.each([
    ['does not load', `throw new RangeError('at load');`, 'RangeError'],
    ['asks for a module that is not there', `require('not-there');`, 'Runtime.ImportModuleError'],
    ['has no handler', `exports.other = 1;`, 'Error'],
  ])('that %s answers with that error, each time', async (_, code, errorType) => {
    const local = await startFunctions({ f: { code } });
    for (let n = 0; n < 2; n += 1) expect((await invoke(local, 'f')).value).toMatchObject({ errorType });
  });

  test('that lets a promise fail unnoticed ends, and so do its other events', async () => {
    const code = `exports.handler = async ({ crash }) => { if (crash) Promise.reject(new Error('lost')); await new Promise(() => {}); };`;
    const local = await startFunctions({ f: { code } });
    const other = invoke(local, 'f');
    const crashed = await invoke(local, 'f', { crash: true });
    expect(crashed.value).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'lost' });
    expect((await other).failed).toBe('Unhandled');
  });

  test('writes its lines to its log', async () => {
    const state = temporaryDirectory();
    const lines: string[] = [];
    const log = (line: { source: string; text: string }) => lines.push(`${line.source} ${line.text}`);
    const code = `exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); return new Promise((resolve) => setTimeout(resolve, 20)); };`;
    const local = await startFixture({
      functions: { f: { code } },
      routes: { 'POST /f': 'f' },
      options: { state, log },
    });
    await callApi(local, '/f');
    await vi.waitFor(() => expect(lines).toEqual(expect.arrayContaining(['f one', 'f two', 'f three'])));
    expect(
      readFileSync(join(state, 'logs', 'f.log'), 'utf8')
        .split('\n')
        .toSorted(),
    ).toEqual(['', 'one', 'three', 'two']);
    const stored = await fetch(`${local.origin}/_local/logs?source=f`);
    expect(await stored.text()).toMatch(/^\S+Z f one$/m);
  });
});

describe('a process', () => {
  const pidCode = `exports.handler = async (event) => { if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait)); return process.pid; };`;

  test('that is killed fails the events in it, and the next event has a new one', async () => {
    const local = await startFunctions({ f: { code: pidCode } });
    const first = (await invoke(local, 'f')).value;
    const running = invoke(local, 'f', { wait: 5_000 });
    await vi.waitFor(async () => expect(await processesOf(local, 'f')).toEqual([{ pid: first, inFlight: 1 }]));
    process.kill(first, 'SIGKILL');
    const { failed, value } = await running;
    expect(failed).toBe('Unhandled');
    expect(value).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    expect((await invoke(local, 'f')).value).not.toBe(first);
  });

  test('that was killed before it got an event loses none', async () => {
    const local = await startFunctions({ f: { code: pidCode } });
    for (let n = 0; n < 5; n += 1) {
      const { value: pid } = await invoke(local, 'f');
      process.kill(pid, 'SIGKILL');
      expect((await invoke(local, 'f')).failed).toBeUndefined();
    }
  });

  test('whose event times out is replaced at once, and ends after its other events', async () => {
    const local = await startFunctions({ f: { code: pidCode, properties: { Timeout: 1 } } });
    const { value: pid } = await invoke(local, 'f');
    const late = invoke(local, 'f', { wait: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const inTime = invoke(local, 'f', { wait: 800 });
    expect((await late).value).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 1.00 seconds'),
    });
    expect((await invoke(local, 'f')).value).not.toBe(pid);
    expect((await inTime).value).toBe(pid);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  });

  test('ends when the local AWS is closed', async () => {
    const local = await startFunctions({ f: { code: pidCode } });
    const { value: pid } = await invoke(local, 'f');
    await local.close();
    expect(isAlive(pid)).toBe(false);
  });
});

test('a function that is called with an event runs without anybody who waits, and again when it failed', async () => {
  const code = `let n = 0; exports.handler = async ({ text }) => { console.log(text, ++n); if (n === 1) throw new Error('once'); };`;
  const logged = vi.fn();
  const local = await startFunctions({ f: { code } }, { log: logged });
  const send = (FunctionName: string) =>
    clientOf(local).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{"text":"seen"}' }));
  expect(await send('f')).toMatchObject({ StatusCode: 202 });
  const lines = () => logged.mock.calls.map(([line]) => JSON.stringify(line)).join();
  await vi.waitFor(() => expect(lines()).toContain('seen 1'));
  await vi.waitFor(() => expect(lines()).toContain('tried again later'));
  await control(local, 'clock', { advance: 60_000 });
  await vi.waitFor(() => expect(lines()).toContain('seen 2'));
  await expect(send('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

describe('an invocation is refused', () => {
  const code = `exports.handler = async ({ size }) => (size ? 'x'.repeat(size) : null);`;

  test('of a function that is not there', async () => {
    const local = await startFunctions({});
    await expect(invoke(local, 'nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('by a role that may not, with 403', async () => {
    const caller = { code: 'exports.handler = async () => {};' };
    const local = await startFixture({ functions: { caller } });
    const { accessKeyId, secretAccessKey } = local.credentials('buyer-agent');
    const credentials = { accessKeyId, secretAccessKey };
    const client = new LambdaClient({ endpoint: local.origin, region: local.region, credentials, maxAttempts: 1 });
    await expect(client.send(new InvokeCommand({ FunctionName: 'caller' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('with more than 6 MB, in either direction', async () => {
    const local = await startFunctions({ f: { code } });
    const size = 6 * 1024 * 1024;
    await expect(invoke(local, 'f', { pad: 'x'.repeat(size) })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    expect((await invoke(local, 'f', { size })).value).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await invoke(local, 'f', { size: size - 2 })).failed).toBeUndefined();
  });

  test('above the reserved concurrency', async () => {
    const waiting = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 300));`;
    const properties = { ReservedConcurrentExecutions: 1 };
    const local = await startFunctions({ f: { code: waiting, properties } });
    const [first, second] = await Promise.allSettled([invoke(local, 'f'), invoke(local, 'f')]);
    expect([first?.status, second?.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['another runtime', { Runtime: 'python3.14' }, 'Runtime'],
  [
    'a variable that Lambda sets itself',
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    'reserved variables: AWS_REGION',
  ],
  ['an endpoint of its own', { Environment: { Variables: { AWS_ENDPOINT_URL_S3: 'x' } } }, 'AWS_ENDPOINT_URL_S3'],
  ['code that was not built', { Code: { S3Bucket: 'b', S3Key: 'absent' } }, 'build first'],
  ['a role that Lambda cannot assume', { Role: callerArn }, 'cannot be assumed by Lambda'],
  ['a network of its own', { VpcConfig: {} }, 'property VpcConfig'],
])('a function with %s is refused at deploy', async (_, properties, message) => {
  const code = 'exports.handler = async () => {};';
  await expect(startFixture({ functions: { f: { code, properties } } })).rejects.toThrow(message);
});
