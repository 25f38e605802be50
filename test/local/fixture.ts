import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { onTestFinished } from 'vitest';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/local-aws.ts';
import { fixtureTemplate, type TemplateFixture } from './template.ts';

export type { FixtureFunction } from './template.ts';

export const agentArn = 'arn:aws:iam::111122223333:role/agents/buyer-agent';

/** A directory that is gone after the test. */
export const temporaryDirectory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'local-aws-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** A template and how it is started. */
export interface Fixture extends TemplateFixture {
  readonly roles?: LocalAwsOptions['roles'];
  readonly options?: Partial<LocalAwsOptions>;
}

/** Starts a local AWS for one test, with one stack called `test`. */
export const startFixture = async (fixture: Fixture): Promise<LocalAws> => {
  const code = temporaryDirectory();
  for (const [name, one] of Object.entries(fixture.functions)) {
    mkdirSync(join(code, name));
    writeFileSync(join(code, name, 'index.cjs'), one.code);
  }
  const local = await startLocalAws({
    state: temporaryDirectory(),
    port: 0,
    assembly: {
      stacks: [{ name: 'test', template: fixtureTemplate(fixture) }],
      assetDirectory: (objectKey) => join(code, objectKey.replace(/\.zip$/, '')),
    },
    roles: fixture.roles ?? [{ name: 'buyer-agent', roleArn: agentArn, kind: 'agent' }],
    ...fixture.options,
  });
  onTestFinished(() => local.close());
  return local;
};

/** A signed call of the API by an agent. */
export const callApi = async (
  local: LocalAws,
  target: string,
  init: { method?: string; body?: string; headers?: Record<string, string>; agent?: string } = {},
): Promise<{ status: number; headers: Headers; text: string; json: () => Record<string, unknown> }> => {
  const { agent = 'buyer-agent', ...rest } = init;
  const { accessKeyId, secretAccessKey } = local.credentials(agent);
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: 'execute-api',
    region: local.region,
    retries: 0,
  });
  const response = await client.fetch(`${local.apiUrl}${target}`, { method: 'POST', ...rest });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
};

/** A call of a control endpoint. */
export const control = async (local: LocalAws, path: string, body?: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`${local.origin}/_local/${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { 'x-countersign-local': '1' },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return Object(await response.json());
};
