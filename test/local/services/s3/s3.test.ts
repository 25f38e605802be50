import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3 } from '../../../../local/services/s3/s3.ts';
import { deploy, localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

let service: ReturnType<typeof s3>;
let endpoint: string;
let close: () => Promise<void>;

beforeEach(async () => {
  service = s3(localContext());
  await deploy(service, 'AWS::S3::Bucket', { BucketName: 'results' });
  ({ endpoint, close } = await serve(service));
});
afterEach(() => close());

const call = (
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer } = {},
) => fetch(`${endpoint}/${path}`, { method, ...options });
const put = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  call('PUT', path, { body, headers });

describe('an object', () => {
  it('comes back byte for byte with its type, metadata and ETag', async () => {
    const body = Buffer.from('{"größe":1}');
    const stored = await put('results/erp/1.json', body, {
      'content-type': 'application/json',
      'x-amz-meta-operation': 'o1',
    });
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    expect([stored.status, stored.headers.get('etag')]).toEqual([200, etag]);
    const got = await call('GET', 'results/erp/1.json?x-id=GetObject');
    expect(Buffer.from(await got.arrayBuffer())).toEqual(body);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(body.length),
      'last-modified': 'Thu, 15 Jan 2026 12:00:00 GMT',
      'x-amz-meta-operation': 'o1',
      etag,
    });
  });

  it('may have ten megabytes and any key', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 'countersign');
    const path = `results/${encodeURIComponent('a b+c')}/%E2%82%AC`;
    expect((await put(path, body)).status).toBe(200);
    const got = await call('GET', path);
    expect(Buffer.from(await got.arrayBuffer()).equals(body)).toBe(true);
  });

  it('tells its size without its body', async () => {
    await put('results/a', 'twelve bytes');
    const head = await call('HEAD', 'results/a');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '12', '']);
    expect((await call('HEAD', 'results/b')).status).toBe(404);
  });

  it('is replaced by a plain put, and kept by one that wants no object there', async () => {
    await put('results/a', 'first');
    await put('results/a', 'second');
    const refused = await put('results/a', 'third', { 'if-none-match': '*' });
    expect([refused.status, await refused.text()]).toEqual([
      412,
      expect.stringContaining('<Code>PreconditionFailed</Code>'),
    ]);
    expect(await (await call('GET', 'results/a')).text()).toBe('second');
    expect((await put('results/b', 'first', { 'if-none-match': '*' })).status).toBe(200);
  });

  it('is checked against every checksum that comes with it', async () => {
    const text = '123456789';
    const digest = (algorithm: string) => createHash(algorithm).update(text).digest('base64');
    const checksums = {
      'content-md5': digest('md5'),
      'x-amz-checksum-crc32': 'y/Q5Jg==',
      'x-amz-checksum-sha256': digest('sha256'),
    };
    expect((await put('results/a', text, { ...checksums, 'x-amz-sdk-checksum-algorithm': 'CRC32' })).status).toBe(200);
    for (const [name, value] of Object.entries(checksums)) {
      const wrong = await put('results/a', 'another text', { [name]: value });
      expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
    }
  });

  it.each([
    ['GET', 'results/absent', 404, 'NoSuchKey'],
    ['GET', 'other/a', 404, 'NoSuchBucket'],
    ['PUT', 'other/a', 404, 'NoSuchBucket'],
  ])('is refused in XML: %s %s', async (method, path, status, code) => {
    const answer = await call(method, path, method === 'PUT' ? { body: 'x' } : {});
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/xml']);
    expect(await answer.text()).toContain(`<Error><Code>${code}</Code>`);
  });

  it('escapes what it quotes', async () => {
    const answer = await call('GET', 'results/%3Ckey%3E%26');
    expect(await answer.text()).toContain('<Key>&lt;key&gt;&amp;</Key>');
  });

  it.each([
    ['PUT', { 'x-amz-tagging': 'a=b' }, 'x-amz-tagging'],
    ['PUT', { 'content-encoding': 'aws-chunked' }, 'content-encoding: aws-chunked'],
    ['PUT', { 'if-none-match': '"etag"' }, 'if-none-match other than *'],
    ['GET', { range: 'bytes=0-1' }, 'range'],
  ])('refuses by name what it does not have: %s %j', async (method, headers, name) => {
    await put('results/a', 'text');
    const answer = await call(method, 'results/a', { headers, ...(method === 'PUT' && { body: 'x' }) });
    expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining(`<Header>${name}`)]);
  });

  it('has no sub-resources, listings and deletions', () => {
    const { protocol } = service;
    if (protocol.kind !== 'rest') throw new Error('S3 is a rest service');
    expect(protocol.route('GET', '/results/a', new URLSearchParams('versionId=1'))).toBeUndefined();
    expect(protocol.route('GET', '/results', new URLSearchParams())).toBeUndefined();
    expect(protocol.route('DELETE', '/results/a', new URLSearchParams())).toBeUndefined();
  });

  it('asks permission on its ARN', () => {
    const input = { bucket: 'results', key: 'erp/1.json' };
    const resource = 'arn:aws:s3:::results/erp/1.json';
    expect(service.actions.PutObject.permissions(input)).toEqual([{ action: 's3:PutObject', resource }]);
    expect(service.actions.HeadObject.permissions(input)).toEqual([{ action: 's3:GetObject', resource }]);
  });
});

describe('AWS::S3::Bucket', () => {
  const properties = {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { KMSMasterKeyID: 'arn:key', SSEAlgorithm: 'aws:kms' },
        },
      ],
    },
    LifecycleConfiguration: {
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          ExpirationInDays: 460,
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          Status: 'Enabled',
        },
      ],
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    Tags: [{ Key: 'stage', Value: 'dev' }],
    VersioningConfiguration: { Status: 'Enabled' },
  };

  it('names itself, the same at every deploy, and keeps its objects', async () => {
    const first = await deploy(service, 'AWS::S3::Bucket', properties, 'ResultsBucket');
    expect(first.ref).toMatch(/^data-resultsbucket-[0-9a-f]+$/);
    expect(first.attributes['Arn']).toBe(`arn:aws:s3:::${first.ref}`);
    await put(`${first.ref}/a`, 'kept');
    expect(await deploy(service, 'AWS::S3::Bucket', properties, 'ResultsBucket')).toEqual(first);
    expect(await (await call('GET', `${first.ref}/a`)).text()).toBe('kept');
  });

  it('takes a policy, and refuses what it does not know by name', async () => {
    const policy = { Bucket: 'results', PolicyDocument: { Version: '2012-10-17', Statement: [] } };
    expect(await deploy(service, 'AWS::S3::BucketPolicy', policy)).toEqual({ ref: 'results', attributes: {} });
    const website = deploy(service, 'AWS::S3::Bucket', { ...properties, WebsiteConfiguration: {} });
    await expect(website).rejects.toThrow('WebsiteConfiguration');
  });
});
