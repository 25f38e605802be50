import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { endpointOf, signedFetch } from '../../../lib/aws/signed-fetch.ts';
import { verify } from '../../bin/cli/signature.ts';
import { answering, awsService } from './aws-service.ts';

const keys = { ASIAEXAMPLE: { secret: 'a/b+c', token: 'session//token==' } };
const silent = () => undefined;
const post = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'Maßstab 🚲' };

test('a call is signed with the credentials of the function, its headers and its body', async () => {
  const { asked, environment } = await awsService(answering(200, 'grüße'));
  const body = await signedFetch('s3', environment).send(`${environment.AWS_ENDPOINT_URL}/bucket/a`, post);
  const [{ request, body: sent } = { request: undefined, body: '' }] = asked;
  expect([body, sent]).toEqual(['grüße', post.body]);
  expect(request && verify(request, sent, { region: 'eu-central-1', service: 's3', keys })).toBe('ASIAEXAMPLE');
  expect(request?.headers['content-length']).toBe(String(Buffer.byteLength(post.body)));
});

const reset = (response: ServerResponse) => response.destroy();
const half = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': 10 });
  response.write('half');
};
test.each([
  ['is throttled', answering(400, '{"__type":"ThrottlingException"}')],
  ['finds the service busy', answering(503, '<Error><Code>SlowDown</Code></Error>')],
  ['is cut off', reset],
  ['is not answered', silent],
  ['is answered by half', half],
])('a call that %s is made again', async (_, first) => {
  const { asked, environment } = await awsService(first, answering(200, 'done'));
  const service = signedFetch('secretsmanager', environment, { silence: 100 });
  expect(await service.send(`${environment.AWS_ENDPOINT_URL}/`, post)).toBe('done');
  expect(asked.length).toBe(2);
});

test('a call is made three times at most', async () => {
  const { asked, environment } = await awsService(silent);
  const service = signedFetch('s3', environment, { silence: 50 });
  await expect(service.send(`${environment.AWS_ENDPOINT_URL}/`, post)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(asked.length).toBe(3);
});

test('what is refused is not asked again, and the error has the name of the refusal but not its words', async () => {
  const refusal = { __type: 'com.amazonaws.secretsmanager#AccessDeniedException', message: 'hunter2' };
  const { asked, environment } = await awsService(answering(400, JSON.stringify(refusal)));
  const call = signedFetch('secretsmanager', environment).send(`${environment.AWS_ENDPOINT_URL}/`, post);
  await expect(call).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'secretsmanager answered 400',
  });
  expect(asked.length).toBe(1);
});

test.each([
  ['eu-central-1', 'https://secretsmanager.eu-central-1.amazonaws.com'],
  ['cn-north-1', 'https://secretsmanager.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'https://secretsmanager.us-gov-west-1.amazonaws.com'],
])('in %s the service is at %s', (AWS_REGION, url) => {
  expect(endpointOf('secretsmanager', { AWS_REGION })).toBe(url);
});
