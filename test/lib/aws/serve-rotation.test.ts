import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { logger } from '../../../lib/aws/log.ts';
import { secretOf } from '../../../lib/aws/secrets.ts';
import { serveRotation } from '../../../lib/aws/serve-rotation.ts';
import { defineConfig } from '../../../lib/core/config.ts';
import { type Connector, defineConnector, type Transport } from '../../../lib/core/connector.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { rotationSteps } from '../../../lib/core/rotation.ts';
import { type RegisteredClient, registeredClient } from '../../../lib/protocols/client-registration.ts';
import { exchangeOver } from '../../../lib/protocols/exchange.ts';
import { accessTokens, withBearer } from '../../../lib/protocols/oauth.ts';
import { deploy } from '../../local/services/local-context.ts';
import { openSecretsManager, type RotationEvent } from '../../local/services/secretsmanager/secrets.ts';
import {
  fetching,
  firstClient,
  openAuthorisationServer,
  rotation,
  signsIn,
} from '../protocols/authorisation-server.ts';

let server: Awaited<ReturnType<typeof openAuthorisationServer>>;
beforeAll(async () => {
  server = await openAuthorisationServer();
});
afterAll(() => server.close());

const SecretId = 'countersign/local/erp/write';

const connector = defineConnector({
  kind: 'model',
  secret: registeredClient,
  rotation,
  reference: { field: 'reference', maxLength: 12 },
  lookupLag: 5_000,
  limits: { perSecond: 50, concurrent: 20 },
  canonicalId: (_, id) => id,
  connect: () => undefined,
  mapError: (cause) => new CountersignError('INTERNAL', 'failed', { cause }),
  check: async () => [],
  ping: async () => {},
});

/** The rotation function over the local Secrets Manager and a real authorisation server. `fail` says which steps fail, and may be changed. */
const open = async (kind: Connector = connector) => {
  const fail = new Set<string>();
  const steps: string[] = [];
  let handler: ((event: unknown) => Promise<void>) | undefined;
  const opened = await openSecretsManager({
    async rotate(event: RotationEvent) {
      steps.push(event.Step);
      if (fail.has(event.Step)) throw new Error('killed before');
      await handler?.(event);
      if (fail.has(`after ${event.Step}`)) throw new Error('killed after');
    },
  });
  const { service, client, permissions, context } = opened;
  const { ref } = await deploy(service, 'AWS::SecretsManager::Secret', { Name: SecretId });
  await deploy(service, 'AWS::SecretsManager::RotationSchedule', {
    ...{ SecretId: ref, RotateImmediatelyOnUpdate: false, RotationRules: { AutomaticallyAfterDays: 30 } },
    RotationLambdaARN: 'arn:aws:lambda:eu-central-1:123456789012:function:rotate',
  });
  permissions.grant('rotate', { principal: 'secretsmanager.amazonaws.com', sourceArn: ref });
  opened.rotations.start();
  const define = defineConfig(() => ({
    ...{ timeZone: 'Europe/Berlin', agents: {}, operators: {} },
    systems: {
      erp: {
        ...{
          kind: 'model',
          isaLevel: 4,
          origins: server.origins,
          settings: {},
          organisation: { default: {} },
          tools: [],
        },
        load: async () => kind,
      },
    },
  }));
  const environment = { STAGE: 'local', SYSTEM: 'erp', ACCESS: 'write', SECRET_ARN: ref, ORIGINS: server.origins };
  handler = serveRotation(define, environment as Parameters<typeof serveRotation>[1], client);
  return { ...opened, fail, steps, clock: context.clock, handler, ref, ...valuesOf(client, context.clock.now) };
};

const valuesOf = (client: SecretsManagerClient, now: () => number) => {
  const value = async (VersionStage = 'AWSCURRENT'): Promise<RegisteredClient | undefined> => {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    return registeredClient.parse(JSON.parse(SecretString));
  };
  return {
    value,
    put: (secret: RegisteredClient) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(secret) })),
    rotateNow: () => client.send(new RotateSecretCommand({ SecretId })),
    /** Waits until another credential is current and the rotation is over. */
    replaced: (old: RegisteredClient) =>
      vi.waitFor(
        async () => {
          const { NextRotationDate } = await client.send(new DescribeSecretCommand({ SecretId }));
          expect((await value())?.clientId).not.toBe(old.clientId);
          expect(Number(NextRotationDate)).toBeGreaterThan(now() + 29 * 86_400_000);
        },
        { timeout: 5_000, interval: 10 },
      ),
  };
};

const works = (secret: RegisteredClient | undefined) => secret && signsIn(server.origins, secret);
/** What is logged, and not shown. */
const logged: unknown[] = [];
beforeEach(() => {
  logged.length = 0;
  for (const level of ['info', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation((...line) => void logged.push(line));
});
afterAll(() => vi.restoreAllMocks());

test('a credential is replaced when its time has come; the old one is good for one more period', async () => {
  const { put, value, clock, replaced } = await open();
  const first = await firstClient(server.origins);
  await put(first);
  clock.advance(30 * 86_400_000);
  await replaced(first);
  const second = await value();
  expect(await Promise.all([works(second), works(first)])).toEqual([true, true]);
  expect(await value('AWSPREVIOUS')).toEqual(first);
  if (!second) throw new Error('no second credential');
  clock.advance(30 * 86_400_000);
  await replaced(second);
  expect(await Promise.all([works(await value()), works(second), works(first)])).toEqual([true, true, false]);
});

test.each(
  rotationSteps.flatMap((step) => [step, `after ${step}`]).slice(0, -1),
)('a rotation that fails at %s leaves the old credential current, says so, and goes on an hour later', async (step) => {
  const { put, value, clock, fail, log, rotateNow, replaced } = await open();
  const first = await firstClient(server.origins);
  await put(first);
  fail.add(step);
  await rotateNow();
  await vi.waitFor(() => expect(log).toHaveLength(1), { timeout: 5_000, interval: 10 });
  expect(log[0]).toContain('killed');
  expect(await value()).toEqual(first);
  expect(await works(first)).toBe(true);
  fail.clear();
  clock.advance(3_600_000);
  await replaced(first);
  expect(await Promise.all([works(await value()), works(first)])).toEqual([true, true]);
  expect(await value('AWSPREVIOUS')).toEqual(first);
});

test('a last step that fails once it is done has replaced the credential', async () => {
  const { put, value, fail, rotateNow, replaced } = await open();
  const first = await firstClient(server.origins);
  await put(first);
  fail.add('after finishSecret');
  await rotateNow();
  await replaced(first);
  expect(await Promise.all([works(await value()), works(first)])).toEqual([true, true]);
});

test('a process that still holds what was ended signs in anew once, and its call goes through; before that it notices nothing', async () => {
  const { put, value, rotateNow, replaced, endpoint, ref: secretArn } = await open();
  const first = await firstClient(server.origins);
  await put(first);
  const environment = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test' };
  const tokens = accessTokens({
    transport: fetching,
    tokenUrl: server.origins.token,
    secret: secretOf(environment, { secretArn, schema: registeredClient }),
    now: () => performance.now(),
  });
  const api: Transport = async (_, { headers }) =>
    new Response('', { status: (await server.isGood(headers['authorization']?.slice(7) ?? '')) ? 200 : 401 });
  const exchange = withBearer(exchangeOver(api), tokens);
  const statuses = () => Promise.all(Array.from({ length: 20 }, () => exchange(request).then(({ status }) => status)));
  const request = { url: 'https://erp.example', method: 'GET', headers: {}, signal: new AbortController().signal };
  const signIns = () => server.requests.filter(({ path }) => path === '/token').length;
  const callsWithSignIns = async (expected: number) => {
    const before = signIns();
    expect(new Set(await statuses())).toEqual(new Set([200]));
    expect(signIns() - before).toBe(expected);
  };
  await callsWithSignIns(1);
  await rotateNow();
  await replaced(first);
  await callsWithSignIns(0);
  const second = await value();
  await rotateNow();
  await replaced(second ?? first);
  await callsWithSignIns(1);
});

test('a secret that was never set is left alone, and its rotation goes on once it has a value', async () => {
  const { put, clock, log, rotateNow, replaced } = await open();
  await rotateNow();
  await vi.waitFor(() => expect(log).toHaveLength(1), { timeout: 5_000, interval: 10 });
  expect(log[0]).toContain('createSecret');
  const first = await firstClient(server.origins);
  await put(first);
  clock.advance(3_600_000);
  await replaced(first);
  expect(JSON.stringify(logged)).toContain('a step of a rotation failed');
});

test('a kind whose credentials people replace, another secret, and an event that is none are refused; no value is logged', async () => {
  const manual = await open({ ...connector, rotation: 'manual' });
  await manual.put(await firstClient(server.origins));
  const event = { Step: 'createSecret', SecretId: manual.ref, ClientRequestToken: 'v'.repeat(32) };
  await expect(manual.handler(event)).rejects.toThrow('The credentials of model are replaced by people.');
  await expect(manual.handler({ ...event, SecretId: 'other' })).rejects.toThrow('does not rotate other');
  await expect(manual.handler({ ...event, Step: 'deleteSecret' })).rejects.toThrow('Step');
  const broken = await open();
  await broken.client.send(new PutSecretValueCommand({ SecretId, SecretString: '{"clientSecret":"hunter2"}' }));
  await broken.rotateNow();
  await vi.waitFor(() => expect(broken.log).toHaveLength(1), { timeout: 5_000, interval: 10 });
  expect(broken.log[0]).toContain('is no credential of this kind');
  expect(JSON.stringify(logged) + broken.log[0]).not.toContain('hunter2');
});
