import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cliIn, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>>;
beforeEach(async () => {
  stack = await stackWith({});
});
afterEach(() => stack.close());

it('prints exports that a shell takes over, whatever the keys contain', async () => {
  const { out } = await stack.cli('env', 'buyer-agent');
  const script = `${out}\nprintf '%s|' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_REGION" "$COUNTERSIGN_API_URL" "$AWS_SESSION_TOKEN$AWS_PROFILE"`;
  const env = { PATH: process.env['PATH'], AWS_SESSION_TOKEN: 'old', AWS_PROFILE: 'old' };
  const seen = execFileSync('sh', ['-c', script], { env, encoding: 'utf8' });
  expect(seen).toBe(`KEYBUYER|secret/of+KEYBUYER|eu-central-1|${stack.apiUrl}||`);
});

it('knows operators too, and speaks JSON', async () => {
  const { out } = await stack.cli('env', 'operator', '--json');
  expect(JSON.parse(out)).toMatchObject({ AWS_ACCESS_KEY_ID: 'KEYOPERATOR', AWS_DEFAULT_REGION: 'eu-central-1' });
});

it.each([[[]], [['nobody']], [['__proto__']]])('prints nothing that a shell could take over for %j', async (name) => {
  const { code, out, err } = await stack.cli('env', ...name);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Choose one of: operator, buyer-agent, reader-agent.');
});

it('hands out no keys of a deployment', async () => {
  const file = join(stack.directory, 'outputs.json');
  writeFileSync(file, JSON.stringify({ s: { ApiUrl: 'https://a1.execute-api.eu-west-1.amazonaws.com/dev' } }));
  expect((await cliIn(stack.directory, 'env', '--outputs', file)).out).not.toContain('KEY');
  expect((await cliIn(stack.directory, 'env', 'buyer-agent', '--outputs', file)).code).toBe(2);
});
