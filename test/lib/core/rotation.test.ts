import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection, Rotation, Transport } from '../../../lib/core/connector.ts';
import { type RotationStep, rotate, rotationSteps } from '../../../lib/core/rotation.ts';
import type { RegisteredClient } from '../../../lib/protocols/client-registration.ts';
import {
  connectionWith,
  fetching,
  firstClient,
  openAuthorisationServer,
  rotation,
  rotationCall,
  signsIn,
} from '../protocols/authorisation-server.ts';
import { memorySecret } from './memory-secret.ts';

let server: Awaited<ReturnType<typeof openAuthorisationServer>>;
beforeAll(async () => {
  server = await openAuthorisationServer();
});
afterAll(() => server.close());

const works = (secret: RegisteredClient | undefined) => (secret ? signsIn(server.origins, secret) : undefined);
const registrations = () => server.requests.filter(({ method, path }) => method === 'POST' && path === '/reg').length;

/** A secret with a first client, and the steps of its rotations over a transport and a store that a test may disturb. */
const world = async (disturb: <T>(work: () => Promise<T>) => Promise<T> = (work) => work()) => {
  const first = await firstClient(server.origins);
  const secret = memorySecret(first);
  const transport: Transport = (...asked) => disturb(() => fetching(...asked));
  const connect = (one: RegisteredClient): Connection<unknown, RegisteredClient> =>
    connectionWith(server.origins, one, transport);
  const step = (name: RotationStep, version: string, by: Partial<Rotation<unknown, RegisteredClient>> = {}) =>
    rotate(name, version, {
      versions: secret.disturbed(disturb),
      ...{ rotation: { ...rotation, ...by }, connect, call: rotationCall },
    });
  const all = async (version: string) => {
    secret.begin(version);
    for (const name of rotationSteps) await step(name, version);
  };
  return { first, secret, step, all };
};

test('a rotation leaves the old credential good until the next one, which ends it', async () => {
  const { first, secret, all } = await world();
  await all('v2');
  const second = secret.value('AWSCURRENT');
  expect(second).not.toEqual(first);
  expect(secret.value('AWSPREVIOUS')).toEqual(first);
  expect(await Promise.all([works(second), works(first)])).toEqual([true, true]);
  await all('v3');
  expect(secret.value('AWSPREVIOUS')).toEqual(second);
  expect(await Promise.all([works(secret.value('AWSCURRENT')), works(second), works(first)])).toEqual([
    true,
    true,
    false,
  ]);
});

const undisturbed = <T>(work: () => Promise<T>): Promise<T> => work();

/** Fails the n-th of all calls that leave the process: before it, or after it was carried out. */
const failing = (at: number, when: 'before' | 'after') => {
  const failure = {
    calls: 0,
    async disturb<T>(work: () => Promise<T>): Promise<T> {
      failure.calls += 1;
      if (failure.calls !== at) return work();
      if (when === 'after') await work();
      throw new Error(`call ${at} fails`);
    },
  };
  return failure;
};

const fails = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );

describe.each(['before', 'after'] as const)('a step that fails %s any of its calls', (when) => {
  test('is run again to the same end; what is current signs in at every moment', async () => {
    let failures = 0;
    for (let at = 1; ; at += 1) {
      const failure = failing(at, when);
      let disturb = undisturbed;
      const { first, secret, step, all } = await world((work) => disturb(work));
      await all('v2');
      const second = secret.value('AWSCURRENT');
      secret.begin('v3');
      disturb = failure.disturb;
      for (const name of rotationSteps) {
        while (await fails(step(name, 'v3'))) {
          failures += 1;
          expect(await works(secret.value('AWSCURRENT'))).toBe(true);
        }
      }
      const third = secret.value('AWSCURRENT');
      expect(third).not.toEqual(second);
      expect(secret.value('AWSPREVIOUS')).toEqual(second);
      expect(await Promise.all([works(third), works(second), works(first)])).toEqual([true, true, false]);
      if (failure.calls < at) break;
    }
    expect(failures).toBeGreaterThan(10);
  });
});

test('what was not tested never becomes current, whatever steps are asked for', async () => {
  const { first, secret, step } = await world();
  secret.begin('v2');
  await expect(step('finishSecret', 'v2')).rejects.toMatchObject({ code: 'INTERNAL' });
  await step('createSecret', 'v2');
  const refusing = { test: () => Promise.reject(new Error('refused')) };
  await expect(step('testSecret', 'v2', refusing)).rejects.toThrow('refused');
  await expect(step('finishSecret', 'v2', refusing)).rejects.toThrow('refused');
  expect(secret.value('AWSCURRENT')).toEqual(first);
});

test('a schedule that is tried out signs in with what is current, and replaces nothing', async () => {
  const { first, secret, step } = await world();
  secret.begin('trial');
  await step('testSecret', 'trial');
  const refusing = { test: () => Promise.reject(new Error('refused')) };
  await expect(step('testSecret', 'trial', refusing)).rejects.toThrow('refused');
  await expect(step('setSecret', 'trial')).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(step('finishSecret', 'trial')).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(secret.value('AWSCURRENT')).toEqual(first);
});

test('a step that comes again after the last one does nothing', async () => {
  const { secret, step, all } = await world();
  await all('v2');
  const before = [secret.value('AWSCURRENT'), server.requests.length];
  for (const name of rotationSteps) await step(name, 'v2');
  expect([secret.value('AWSCURRENT'), server.requests.length]).toEqual(before);
});

test('a step that comes twice makes one credential, and two at once leave no second one behind', async () => {
  const { secret, step } = await world();
  secret.begin('v2');
  const before = registrations();
  await step('createSecret', 'v2');
  await step('createSecret', 'v2');
  expect(registrations() - before).toBe(1);
  secret.begin('v3');
  const made: RegisteredClient[] = [];
  const create: typeof rotation.create = async (...asked) => {
    const client = await rotation.create(...asked);
    made.push(client);
    return client;
  };
  await Promise.all([step('createSecret', 'v3', { create }), step('createSecret', 'v3', { create })]);
  const kept = secret.value('AWSPENDING');
  expect(made).toHaveLength(2);
  for (const client of made) expect(await works(client)).toBe(client === kept);
});

test('a previous credential that is also the current one is not ended', async () => {
  const { first, secret, all } = await world();
  secret.put('again', first);
  expect(secret.value('AWSPREVIOUS')).toEqual(first);
  await all('v3');
  expect(await works(first)).toBe(true);
});

test('a secret without a value, and a version that nobody asked for, are refused', async () => {
  const { secret, step } = await world();
  await expect(step('createSecret', 'unknown')).rejects.toMatchObject({ code: 'INTERNAL' });
  secret.clear();
  secret.begin('v2');
  await expect(step('createSecret', 'v2')).rejects.toMatchObject({ code: 'AUTH_FAILED' });
});
