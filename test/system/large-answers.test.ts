import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largeAnswers } from '../../lib/aws/large-answers.ts';
import { s3Results } from '../../lib/aws/results.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';

const roleArn = 'arn:aws:iam::000000000000:role/results';
const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' }],
};
const stacks = [
  {
    name: 'results',
    template: { Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'results' } } } },
  },
];

let home: string;
let aws: LocalAws;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'countersign-large-'));
  aws = await startLocalAws({
    state: home,
    port: 0,
    assembly: { stacks, assetDirectory: () => undefined },
    roles: [{ name: 'r', roleArn, kind: 'agent', policy }],
  });
});
afterAll(async () => {
  await aws.close();
  rmSync(home, { recursive: true, force: true });
});

const resultsNow = () => {
  const { accessKeyId, secretAccessKey } = aws.credentials('r');
  return s3Results('results', {
    AWS_ENDPOINT_URL: aws.origin,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
};
const answerOf = (bytes: number) => ({
  status: 200,
  headers: { 'idempotent-replayed': 'true' },
  body: JSON.stringify({ rows: 'ü'.repeat(bytes / 2) }),
});

test('450 KB are answered as they are', async () => {
  const answer = answerOf(450_000);
  expect(await largeAnswers(resultsNow(), answer)).toBe(answer);
});

test('7 MB are answered by a link that reads them, unsigned, and nothing else', async () => {
  const answer = answerOf(7_000_000);
  const { status, headers, body } = await largeAnswers(resultsNow(), answer);
  const { resultLocation, bytes } = JSON.parse(body);
  expect([status, headers['idempotent-replayed'], bytes]).toEqual([200, 'true', Buffer.byteLength(answer.body)]);
  const read = await fetch(resultLocation);
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  expect([read.status, digest(await read.text())]).toEqual([200, digest(answer.body)]);
  const forged = [
    resultLocation.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')),
    resultLocation.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000'),
  ];
  for (const link of forged) expect((await fetch(link)).status).toBe(403);
  expect((await fetch(resultLocation, { method: 'PUT', body: 'x' })).status).toBeGreaterThanOrEqual(400);
});
