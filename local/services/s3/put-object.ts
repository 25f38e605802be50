import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Call, type HttpAnswer, type ServiceContext, ServiceError } from '../../service.ts';
import type { ObjectAddress } from './route.ts';
import type { ObjectStore } from './store.ts';

// Headers of a put that every get gives back.
const KEPT = ['content-type', 'content-encoding', 'content-disposition', 'content-language', 'cache-control'];
const META = 'x-amz-meta-';

// Headers with a meaning in S3 that is either acted upon here or harmless; any other x-amz header is refused by name.
const KNOWN = [
  'x-amz-checksum-crc32',
  'x-amz-checksum-sha256',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-user-agent',
];

const base64Crc32 = (body: Buffer): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
};

const digests: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': (body) => createHash('md5').update(body).digest('base64'),
  'x-amz-checksum-crc32': base64Crc32,
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

const notImplemented = (header: string): ServiceError =>
  new ServiceError('NotImplemented', 'A header you provided implies functionality that is not implemented.', {
    status: 501,
    details: { Header: header },
  });

const refuseUnknownHeaders = (headers: Readonly<Record<string, string>>): void => {
  const unknown = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-') && !name.startsWith(META) && !KNOWN.includes(name),
  );
  if (unknown !== undefined) throw notImplemented(unknown);
  if (headers['content-encoding']?.includes('aws-chunked')) throw notImplemented('content-encoding: aws-chunked');
  if (headers['if-match'] !== undefined) throw notImplemented('if-match');
  const condition = headers['if-none-match'];
  if (condition !== undefined && condition !== '*') throw notImplemented('if-none-match other than *');
};

const checkDigests = (headers: Readonly<Record<string, string>>, body: Buffer): void => {
  for (const [name, digest] of Object.entries(digests)) {
    const given = headers[name];
    if (given === undefined || given === digest(body)) continue;
    throw new ServiceError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
};

const keptHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const kept = Object.entries(headers).filter(([name]) => KEPT.includes(name) || name.startsWith(META));
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) };
};

/** PutObject: stores the body as it came; with `If-None-Match: *` only where there is no object yet (`PreconditionFailed`). */
export const putObject = (
  { clock }: ServiceContext,
  objects: ObjectStore,
  { bucket, key }: ObjectAddress,
  request: NonNullable<Call['request']>,
): HttpAnswer => {
  const { headers, body } = request;
  refuseUnknownHeaders(headers);
  checkDigests(headers, body);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const object = { body, etag, headers: keptHeaders(headers), modified: clock.now() };
  if (!objects.save(bucket, key, object, { onlyIfAbsent: headers['if-none-match'] === '*' })) {
    throw new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
      status: 412,
      details: { Condition: 'If-None-Match' },
    });
  }
  return { status: 200, headers: { etag }, body: '' };
};
