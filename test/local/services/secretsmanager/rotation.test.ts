import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, it, vi } from 'vitest';
import { deploy } from '../local-context.ts';
import { openSecretsManager, type RotationEvent } from './secrets.ts';

const SecretId = 'countersign/dev/erp/read';
const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:rotate';
const dayMs = 86_400_000;

/** A secret with a first value, a schedule of 30 days, and a function that does as its handler says. */
const openRotated = async (handler: (event: RotationEvent) => unknown = () => undefined) => {
  const events: RotationEvent[] = [];
  const opened = await openSecretsManager({
    async rotate(event) {
      events.push(event);
      await handler(event);
      if (event.Step === 'createSecret') await put(`value ${versions()}`, event.ClientRequestToken);
      if (event.Step === 'finishSecret') await makeCurrent(event.ClientRequestToken);
    },
  });
  const { service, client, permissions, rotations } = opened;
  const versions = () => new Set(events.map(({ ClientRequestToken }) => ClientRequestToken)).size;
  const put = (SecretString: string, ClientRequestToken: string) =>
    client.send(
      new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken, VersionStages: ['AWSPENDING'] }),
    );
  const describe = () => client.send(new DescribeSecretCommand({ SecretId }));
  const makeCurrent = async (version: string) => {
    const { VersionIdsToStages = {} } = await describe();
    const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
    const moved = { VersionStage: 'AWSCURRENT', MoveToVersionId: version, RemoveFromVersionId: current };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, ...moved }));
  };
  const { ref } = await deploy(service, 'AWS::SecretsManager::Secret', { Name: SecretId });
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'first' }));
  const plan = { SecretId: ref, RotationLambdaARN: functionArn, RotateImmediatelyOnUpdate: false };
  const deploySchedule = (more: object = {}) =>
    deploy(service, 'AWS::SecretsManager::RotationSchedule', {
      ...{ ...plan, RotationRules: { AutomaticallyAfterDays: 30 } },
      ...more,
    });
  await deploySchedule();
  permissions.grant('rotate', { principal: 'secretsmanager.amazonaws.com', sourceArn: ref });
  rotations.start();
  const value = async (VersionStage = 'AWSCURRENT') =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  return {
    ...{ ...opened, events, versions, describe, value, ref, deploySchedule },
    steps: () => events.map(({ Step }) => Step),
    rotateNow: () => client.send(new RotateSecretCommand({ SecretId })),
    /** Waits for the secret to have been rotated. */
    rotated: (times: number) => vi.waitFor(() => expect(events).toHaveLength(times * 4), { interval: 2 }),
  };
};

it('calls the four steps for one pending version when its time has come on the local clock, and again a period later', async () => {
  const { context, events, versions, steps, value, rotated, describe, ref } = await openRotated();
  context.clock.advance(30 * dayMs - 1);
  expect(events).toEqual([]);
  context.clock.advance(1);
  await rotated(1);
  expect(steps()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(new Set(events.map(({ SecretId }) => SecretId))).toEqual(new Set([ref]));
  expect(versions()).toBe(1);
  await vi.waitFor(async () => expect((await describe()).LastRotatedDate).toEqual(new Date(context.clock.now())));
  expect([await value(), await value('AWSPREVIOUS')]).toEqual(['value 1', 'first']);
  expect(await describe()).toMatchObject({
    RotationEnabled: true,
    RotationLambdaARN: functionArn,
    RotationRules: { AutomaticallyAfterDays: 30 },
    NextRotationDate: new Date(context.clock.now() + 30 * dayMs),
  });
  context.clock.advance(30 * dayMs);
  await rotated(2);
  await vi.waitFor(async () => expect(await value()).toBe('value 2'));
});

it('tries a rotation that failed again after an hour, from its first step, with the same version', async () => {
  let failing = true;
  const { context, versions, steps, value, log, rotateNow } = await openRotated(({ Step }) => {
    if (failing && Step === 'testSecret') throw new Error('refused');
  });
  await rotateNow();
  await vi.waitFor(() => expect(log).toHaveLength(1));
  expect(log[0]).toContain('testSecret: Error: refused');
  expect(await value()).toBe('first');
  await expect(rotateNow()).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "A previous rotation isn't complete. That rotation will be reattempted.",
  });
  await vi.waitFor(() => expect(log).toHaveLength(2));
  failing = false;
  context.clock.advance(3_600_000);
  await vi.waitFor(async () => expect(await value()).toBe('value 1'));
  expect(steps().slice(-4)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  expect(versions()).toBe(1);
});

it('is refused for a secret without a schedule, and fails where Secrets Manager may not call the function', async () => {
  const { service, client, log } = await openSecretsManager({ rotate: () => undefined });
  const { ref } = await deploy(service, 'AWS::SecretsManager::Secret', { Name: SecretId });
  const rotateNow = () => client.send(new RotateSecretCommand({ SecretId }));
  await expect(rotateNow()).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await deploy(service, 'AWS::SecretsManager::RotationSchedule', {
    ...{ SecretId: ref, RotationLambdaARN: functionArn, RotateImmediatelyOnUpdate: false },
    RotationRules: { AutomaticallyAfterDays: 1 },
  });
  await rotateNow();
  await vi.waitFor(() => expect(log).toEqual([expect.stringContaining('it may not call rotate')]));
});

it('takes a schedule of days for a function that is there, and nothing at the deployment itself', async () => {
  const { deploySchedule, describe, context } = await openRotated();
  const { NextRotationDate } = await describe();
  context.clock.advance(dayMs);
  await deploySchedule();
  expect((await describe()).NextRotationDate).toEqual(NextRotationDate);
  const refused = (more: object) => async () => deploySchedule(more);
  await expect(refused({ RotateImmediatelyOnUpdate: true })).rejects.toThrow('rotates no secret at its deployment');
  await expect(refused({ RotateImmediatelyOnUpdate: undefined })).rejects.toThrow('rotates no secret');
  await expect(refused({ RotationLambdaARN: 'arn:aws:lambda:r:1:function:other' })).rejects.toThrow('no function');
  await expect(refused({ SecretId: 'other' })).rejects.toThrow('other is no secret');
  await expect(refused({ RotationRules: { ScheduleExpression: 'rate(1 day)' } })).rejects.toThrow('RotationRules');
});
