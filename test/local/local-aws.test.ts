import { expect, test } from 'vitest';
import { callApi, startFixture } from './fixture.ts';

const echo = `exports.handler = async (event) => ({ statusCode: 200, headers: { 'X-Seen': 'yes' }, body: JSON.stringify(event) });`;

test('a signed call reaches the function as a proxy event and its answer comes back', async () => {
  const local = await startFixture({ functions: { echo: { code: echo } }, routes: { 'POST /v1/tools/{id}': 'echo' } });
  const answer = await callApi(local, '/v1/tools/a%20b?x=1&x=2&y=z%2Fz', {
    body: '{"quantity":"1"}',
    headers: { 'Idempotency-Key': 'k1' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-seen')).toBe('yes');
  const event = answer.json();
  expect(event).toMatchObject({
    resource: '/v1/tools/{id}',
    path: '/v1/tools/a%20b',
    httpMethod: 'POST',
    pathParameters: { id: 'a b' },
    queryStringParameters: { x: '2', y: 'z/z' },
    multiValueQueryStringParameters: { x: ['1', '2'], y: ['z/z'] },
    body: '{"quantity":"1"}',
    isBase64Encoded: false,
    stageVariables: null,
    requestContext: {
      stage: 'v',
      accountId: '111122223333',
      identity: { accountId: '111122223333', userArn: 'arn:aws:sts::111122223333:assumed-role/buyer-agent/local' },
    },
  });
});

test('the hop through gateway and function costs a few milliseconds', async () => {
  const local = await startFixture({ functions: { echo: { code: echo } }, routes: { 'POST /v1/echo': 'echo' } });
  await callApi(local, '/v1/echo');
  const started = performance.now();
  for (let n = 0; n < 200; n += 1) await callApi(local, '/v1/echo', { body: '{}' });
  console.log((performance.now() - started) / 200);
});
