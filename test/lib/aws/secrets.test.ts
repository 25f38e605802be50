import { expect, test } from 'vitest';
import * as z from 'zod';
import { secretOf } from '../../../lib/aws/secrets.ts';
import { answering, awsService } from './aws-service.ts';

const secretArn = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:erp-a1b2c3';
const schema = z.strictObject({ clientId: z.string(), clientSecret: z.string() });
const credential = { clientId: 'countersign', clientSecret: 'hunter2' };
const held = (value: unknown) => answering(200, JSON.stringify({ ARN: secretArn, SecretString: value }));
const good = held(JSON.stringify(credential));

test('the credential is asked for by the name of the secret, once', async () => {
  const { asked, environment } = await awsService(good);
  const secret = secretOf(environment, { secretArn, schema });
  expect([await secret(), await secret()]).toEqual([credential, credential]);
  expect(asked.map(({ request, body }) => [request.method, request.headers['x-amz-target'], body])).toEqual([
    ['POST', 'secretsmanager.GetSecretValue', JSON.stringify({ SecretId: secretArn })],
  ]);
});

test('a fresh one is asked for past what is kept', async () => {
  const { asked, environment } = await awsService(held(JSON.stringify({ ...credential, clientSecret: 'old' })), good);
  const secret = secretOf(environment, { secretArn, schema });
  await secret();
  expect([await secret({ fresh: true }), await secret(), asked.length]).toEqual([credential, credential, 2]);
});

test.each([
  ['is not there', answering(400, '{"__type":"ResourceNotFoundException"}'), 'ResourceNotFoundException'],
  ['may not be read', answering(400, '{"__type":"AccessDeniedException"}'), 'AccessDeniedException'],
  ['has no value', answering(200, '{}'), 'SyntaxError'],
  ['is not JSON', held('hunter2'), 'SyntaxError'],
  ['has another form', held('{"clientId":"hunter2"}'), 'ZodError'],
  ['is not answered as JSON', answering(200, 'hunter2'), 'SyntaxError'],
])('a secret that %s is AUTH_FAILED, says why and never quotes it', async (_, answer, name) => {
  const { environment } = await awsService(answer);
  const error = await secretOf(environment, { secretArn, schema })().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'AUTH_FAILED',
    message: `The credential of the system is not set or not usable (${name}).`,
  });
  expect(JSON.stringify(error)).not.toContain('hunter2');
  expect(String(error)).not.toContain('hunter2');
});

test('what failed is asked for again the next time', async () => {
  const { environment } = await awsService(answering(400, '{"__type":"ResourceNotFoundException"}'), good);
  const secret = secretOf(environment, { secretArn, schema });
  await expect(secret()).rejects.toThrow();
  expect(await secret()).toEqual(credential);
});
