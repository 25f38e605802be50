import { afterAll, beforeAll, expect, test } from 'vitest';
import { registeredClient } from '../../../lib/protocols/client-registration.ts';
import {
  connectionWith,
  firstClient,
  openAuthorisationServer,
  rotation,
  rotationCall,
  signsIn,
} from './authorisation-server.ts';
import { jsonAnswer, scriptedTransport } from './scripted-transport.ts';

let server: Awaited<ReturnType<typeof openAuthorisationServer>>;
beforeAll(async () => {
  server = await openAuthorisationServer();
});
afterAll(() => server.close());

test('a client registers another one beside itself, signs in with it, and ends the old one, twice', async () => {
  const { origins } = server;
  const first = await firstClient(origins);
  const second = await rotation.create(connectionWith(origins, first), rotationCall);
  expect(registeredClient.parse(second)).toEqual(second);
  expect(rotation.idOf(second)).not.toBe(rotation.idOf(first));
  expect(await Promise.all([signsIn(origins, first), signsIn(origins, second)])).toEqual([true, true]);
  await rotation.retire(connectionWith(origins, first), rotationCall);
  await rotation.retire(connectionWith(origins, first), rotationCall);
  expect(await Promise.all([signsIn(origins, first), signsIn(origins, second)])).toEqual([false, true]);
});

test('a credential that is refused is AUTH_FAILED: to sign in with, to register with', async () => {
  const { origins } = server;
  const client = await firstClient(origins);
  const wrong = connectionWith(origins, { ...client, clientSecret: 'wrong', initialAccessToken: 'wrong' });
  await expect(rotation.test(wrong, rotationCall)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  await expect(rotation.create(wrong, rotationCall)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
});

test('a client that cannot be ended although it still signs in is an error', async () => {
  const { origins } = server;
  const client = await firstClient(origins);
  const registration = { ...client.registration, token: 'wrong' };
  await expect(
    rotation.retire(connectionWith(origins, { ...client, registration }), rotationCall),
  ).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE', message: 'A client could not be ended: 401.' });
  expect(await signsIn(origins, client)).toBe(true);
});

const usable = {
  client_id: 'id',
  client_secret: 'very secret',
  client_secret_expires_at: 0,
  registration_access_token: 'token',
  registration_client_uri: 'https://idp.example/reg/id',
};

test.each([
  ['is down', new Response('', { status: 503 }), 'SYSTEM_UNAVAILABLE'],
  ['throttles', new Response('', { status: 429 }), 'SYSTEM_UNAVAILABLE'],
  ['refuses', jsonAnswer({ error: 'invalid_client_metadata' }, { status: 400 }), 'AUTH_FAILED'],
  ['redirects', new Response('', { status: 302, headers: { location: 'https://other.example' } }), 'AUTH_FAILED'],
  ['answers a page', new Response('<html>', { status: 201 }), 'SYSTEM_ANSWER_INVALID'],
  ['gives no secret', jsonAnswer({ ...usable, client_secret: undefined }, { status: 201 }), 'SYSTEM_ANSWER_INVALID'],
  [
    'gives a secret that ends by itself',
    jsonAnswer({ ...usable, client_secret_expires_at: 1_900_000_000 }, { status: 201 }),
    'SYSTEM_ANSWER_INVALID',
  ],
])('when the server %s, no client is taken for made, and no secret is told', async (_, answer, code) => {
  const { transport } = scriptedTransport(() => answer);
  const { origins } = server;
  const client = await firstClient(origins);
  const error: unknown = await rotation
    .create(connectionWith(origins, client, transport), rotationCall)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(String(error)).not.toContain('very secret');
});
