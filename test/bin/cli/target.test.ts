import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readDeployedApi } from '../../../bin/cli/deployed-api.ts';
import { cliIn, cliWith, stackWith } from './stack.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-target-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const write = (name: string, content: unknown) => {
  const file = join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

it('says how to start a stack where none runs', async () => {
  const { code, err } = await cliIn(directory, 'tools');
  expect(code).toBe(3);
  expect(err).toContain('No stack is running here');
  expect(err).toContain('npm start');
});

it('says so too when the stack that wrote the addresses is gone', async () => {
  const stack = await stackWith({});
  const file = join(directory, 'endpoints.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(await endpointsOf(stack.state)) }));
  await stack.close();
  const { code, err } = await cliIn(directory, 'tools', '--state', '.');
  expect(code).toBe(3);
  expect(err).toContain(`No stack is running here: nothing answers at ${stack.apiUrl}.`);
});

const endpointsOf = async (state: string) =>
  (await import('node:fs')).readFileSync(join(state, 'endpoints.json'), 'utf8');

it.each(['{', '{"apiUrl":"x"}'])('refuses addresses of another version: %s', async (content) => {
  mkdirSync(join(directory, '.countersign'));
  write('.countersign/endpoints.json', content);
  expect(await cliIn(directory, 'tools')).toMatchObject({ code: 2 });
});

it('finds address and region in the outputs of a deployment', () => {
  const file = write('outputs.json', {
    'countersign-dev-data': {},
    'countersign-dev-service': { ApiUrl: 'https://ab12.execute-api.eu-west-1.amazonaws.com/dev/', Arn: 'arn:x' },
  });
  expect(readDeployedApi(file, {})).toEqual({
    apiUrl: 'https://ab12.execute-api.eu-west-1.amazonaws.com/dev',
    region: 'eu-west-1',
  });
});

it('takes the region of an API with a name of its own from the environment', () => {
  const file = write('outputs.json', { s: { ApiUrl: 'https://agents.example.com' } });
  expect(readDeployedApi(file, { AWS_REGION: 'eu-central-1' }).region).toBe('eu-central-1');
  expect(() => readDeployedApi(file, {})).toThrow('The region of https://agents.example.com');
});

it.each([
  ['no file', 'none.json', undefined, 'cannot be read'],
  ['no JSON', 'outputs.json', '{', 'cannot be read'],
  ['no ApiUrl', 'outputs.json', { s: {} }, 'has no output ApiUrl'],
  ['two stages', 'outputs.json', { a: { ApiUrl: 'https://a' }, b: { ApiUrl: 'https://b' } }, 'of a and of b'],
  [
    'an address that would show the signature',
    'outputs.json',
    { s: { ApiUrl: 'http://a.example.com' } },
    'not an https address',
  ],
])('refuses outputs with %s', async (_, name, content, message) => {
  if (content !== undefined) write(name, content);
  const { code, err } = await cliIn(directory, 'tools', '--outputs', name);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

it('lets ordinary credentials decide who signs a deployed call', async () => {
  write('outputs.json', { s: { ApiUrl: 'https://localhost.invalid', region: 'x' } });
  const asked = ['tools', '--outputs', 'outputs.json'];
  const env = { AWS_REGION: 'eu-central-1' };
  const named = await cliWith({ directory, env }, ...asked, '--agent', 'buyer-agent');
  expect(named).toMatchObject({ code: 2 });
  expect(named.err).toContain('your own AWS credentials sign');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_PROFILE', undefined);
  const sent = await cliWith({ directory, env }, ...asked);
  expect(sent).toMatchObject({ code: 3 });
  expect(sent.err).toContain('https://localhost.invalid cannot be reached');
});

it('says what is missing when there are no ordinary credentials', async () => {
  write('outputs.json', { s: { ApiUrl: 'https://a1.execute-api.eu-west-1.amazonaws.com/dev' } });
  vi.stubEnv('AWS_CONFIG_FILE', join(directory, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(directory, 'none'));
  const { code, err } = await cliIn(directory, 'tools', '--outputs', 'outputs.json', '--profile', 'nobody');
  expect(code).toBe(3);
  expect(err).toContain('No AWS credentials');
});
