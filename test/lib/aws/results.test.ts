import { expect, test } from 'vitest';
import { s3Results } from '../../../lib/aws/results.ts';
import { answering, awsService } from './aws-service.ts';

test('an answer is put and got under its key', async () => {
  const { asked, environment } = await awsService(answering(200, '{"rows":[]}'));
  const results = s3Results('results', environment);
  await results.put('operations/a b/1.json', '{"rows":[]}');
  expect(await results.get('operations/a b/1.json')).toBe('{"rows":[]}');
  expect(asked.map(({ request, body }) => [request.method, request.url, body])).toEqual([
    ['PUT', '/results/operations/a%20b/1.json', '{"rows":[]}'],
    ['GET', '/results/operations/a%20b/1.json', ''],
  ]);
  expect(asked[0]?.request.headers['content-type']).toBe('application/json');
});

test('an answer that is not there is an error that tells the status', async () => {
  const { environment } = await awsService(answering(404, '<Error><Code>NoSuchKey</Code></Error>'));
  await expect(s3Results('results', environment).get('gone')).rejects.toThrow('s3 answered 404');
});

test('a link is good for 15 minutes, signs the host alone, and names the bucket in its host', async () => {
  const { environment } = await awsService();
  const { AWS_ENDPOINT_URL: _, ...onAws } = environment;
  const link = new URL(await s3Results('results', onAws).link('answers/a.json'));
  expect([link.origin, link.pathname]).toEqual(['https://results.s3.eu-central-1.amazonaws.com', '/answers/a.json']);
  const { 'X-Amz-Signature': signature, 'X-Amz-Date': date, ...signed } = Object.fromEntries(link.searchParams);
  expect([signature, date]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^\d{8}T\d{6}Z$/)]);
  expect(signed).toEqual({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `ASIAEXAMPLE/${date?.slice(0, 8)}/eu-central-1/s3/aws4_request`,
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': 'session//token==',
    'X-Amz-SignedHeaders': 'host',
  });
});
