import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { writePrivateFile } from '../../local/state.ts';
import { callApi, control, startFixture, temporaryDirectory } from './fixture.ts';

const echo = { code: `exports.handler = async (event) => ({ statusCode: 200, body: event.body });` };
const fixture = { functions: { echo }, routes: { 'POST /echo': 'echo' } };
const startIn = (state: string, more: object = {}) => startFixture({ ...fixture, options: { state, ...more } });

describe('the state directory', () => {
  test('keeps keys over restarts, readable by their owner alone', async () => {
    const state = temporaryDirectory();
    const first = await startIn(state);
    const keys = first.credentials('buyer-agent');
    await first.close();
    const second = await startIn(state);
    expect(second.credentials('buyer-agent')).toEqual(keys);
    expect((await callApi(second, '/echo', { body: 'x' })).text).toBe('x');
    for (const file of ['credentials.json', 'aws.sqlite']) expect(statSync(join(state, file)).mode & 0o077).toBe(0);
  });

  test('keeps the time that the clock was advanced by', async () => {
    const state = temporaryDirectory();
    const first = await startIn(state);
    await control(first, 'clock', { advance: 3 * 86_400_000 });
    const then = first.clock.now();
    await first.close();
    const second = await startIn(state);
    expect(second.clock.now()).toBeGreaterThanOrEqual(then);
    expect(then).toBeGreaterThan(Date.now() + 2.9 * 86_400_000);
  });

  test('serves one stack at a time', async () => {
    const state = temporaryDirectory();
    const first = await startIn(state);
    await expect(startIn(state)).rejects.toMatchObject({ code: 'STATE_IN_USE' });
    await expect(startIn(state)).rejects.toThrow(`is in use by process ${process.pid}`);
    await first.close();
    await startIn(state);
  });

  test('of another version, or of something else, is refused in one sentence', async () => {
    const old = temporaryDirectory();
    writeFileSync(join(old, 'version'), '0');
    await expect(startIn(old)).rejects.toThrow(/^The state in \S+ is of version 0, .*[^\n]$/);
    const foreign = temporaryDirectory();
    writeFileSync(join(foreign, 'thesis.doc'), '');
    await expect(startIn(foreign)).rejects.toMatchObject({ code: 'STATE_UNUSABLE' });
    const file = join(foreign, 'thesis.doc');
    await expect(startIn(file)).rejects.toMatchObject({ code: 'STATE_UNUSABLE' });
  });
});

describe('a start that fails', () => {
  test('for its port says so in one sentence and gives the state free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const state = temporaryDirectory();
    await expect(startIn(state, { port })).rejects.toThrow(/^Port \d+ of 127\.0\.0\.1 cannot be used \(EADDRINUSE\); /);
    await startIn(state);
  });

  test('for its template gives port and state free', async () => {
    const state = temporaryDirectory();
    const resources = { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } };
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await new Promise((resolve) => free.close(resolve));
    await expect(startFixture({ ...fixture, resources, options: { state, port } })).rejects.toMatchObject({
      code: 'TEMPLATE_UNSUPPORTED',
    });
    const local = await startIn(state, { port });
    expect((await callApi(local, '/echo', { body: 'x' })).text).toBe('x');
  });
});

test('functions end when the process of the local AWS is killed, and another can take its state over', async () => {
  const directory = temporaryDirectory();
  const state = join(directory, 'state');
  mkdirSync(join(directory, 'f'));
  writeFileSync(
    join(directory, 'f', 'index.cjs'),
    'exports.handler = async () => ({ statusCode: 200, body: String(process.pid) });',
  );
  const script = join(directory, 'run.ts');
  writeFileSync(script, killedScript(directory, state));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const [pid] = await once(lines, 'line');
  expect(() => process.kill(Number(pid), 0)).not.toThrow();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH'), { timeout: 5_000 });
  const local = await startIn(state);
  expect((await callApi(local, '/echo', { body: 'x' })).text).toBe('x');
});

test('a private file is written whole, for its owner alone', () => {
  const path = join(temporaryDirectory(), 'endpoints.json');
  writePrivateFile(path, 'first');
  writePrivateFile(path, 'second');
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('200 calls at once are all answered', async () => {
  const local = await startIn(temporaryDirectory());
  const bodies = Array.from({ length: 200 }, (_, index) => String(index));
  const answers = await Promise.all(bodies.map((body) => callApi(local, '/echo', { body })));
  expect(answers.map(({ text }) => text)).toEqual(bodies);
});

/** A process of its own that starts the same fixture, calls its function once and prints the function's process id. */
const killedScript = (directory: string, state: string): string => {
  const source = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  return `
import { fixtureTemplate } from ${source('./template.ts')};
import { startLocalAws } from ${source('../../local/local-aws.ts')};
import { AwsClient } from ${JSON.stringify(import.meta.resolve('aws4fetch'))};
const local = await startLocalAws({
  state: ${JSON.stringify(state)},
  port: 0,
  assembly: {
    stacks: [{ name: 'test', template: fixtureTemplate({ functions: { f: { code: '' } }, routes: { 'POST /f': 'f' } }) }],
    assetDirectory: (key: string) => ${JSON.stringify(directory)} + '/' + key.replace('.zip', ''),
  },
  roles: [{ name: 'buyer-agent', roleArn: 'arn:aws:iam::111122223333:role/buyer-agent', kind: 'agent' }],
});
const keys = local.credentials('buyer-agent');
const client = new AwsClient({ ...keys, service: 'execute-api', region: local.region });
console.log(await (await client.fetch(local.apiUrl + '/f', { method: 'POST' })).text());
`;
};
