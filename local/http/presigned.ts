import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Caller, KeyRing } from '../credentials.ts';
import type { LocalRequest } from './request.ts';
import type { SignatureProblem } from './signature.ts';

/** A signature in the query of a link, which S3 takes for reading one object. */
export interface Presigned {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  /** Basic ISO date, `20260304T050607Z`. */
  readonly date: string;
  /** Seconds. */
  readonly expires: number;
  readonly signature: string;
}

const mostSeconds = 7 * 24 * 3600;

/** Whether a request carries its signature in the query. */
export const isPresigned = ({ query }: Pick<LocalRequest, 'query'>): boolean =>
  query.some(([name]) => /^x-amz-(signature|algorithm|credential)$/i.test(name));

/** Reads who claims to have signed a link to an object; anything but a GET of S3 that signs the host alone is refused by name. */
export function readPresigned({ method, query }: Pick<LocalRequest, 'method' | 'query'>): Presigned | SignatureProblem {
  const value = (name: string): string => query.find(([key]) => key === name)?.[1] ?? '';
  const scope = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(value('X-Amz-Credential'));
  const [, accessKeyId, day, region] = scope ?? [];
  const [date, signature, expires] = [value('X-Amz-Date'), value('X-Amz-Signature'), Number(value('X-Amz-Expires'))];
  const asExpected =
    method === 'GET' && value('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256' && value('X-Amz-SignedHeaders') === 'host';
  const wellFormed =
    /^\d{8}T\d{6}Z$/.test(date) && /^[0-9a-f]{64}$/.test(signature) && expires > 0 && expires <= mostSeconds;
  if (!accessKeyId || !day || !region || !asExpected || !wellFormed)
    return {
      problem: 'incomplete',
      message:
        'Of presigned requests the local AWS takes complete links to S3 objects only: sign the Authorization header.',
    };
  return { accessKeyId, day, region, date, expires, signature };
}

/** Signs the link again and compares in constant time (Signature Version 4 in the query); `now` is the host's time in ms. */
export function verifyPresigned(
  request: LocalRequest,
  link: Presigned,
  { keys, region, now }: { readonly keys: KeyRing; readonly region: string; readonly now: number },
): Caller | SignatureProblem {
  const key = keys.find(link.accessKeyId);
  const token = request.query.find(([name]) => name === 'X-Amz-Security-Token')?.[1];
  if (!key || token !== key.credentials.sessionToken || link.region !== region)
    return { problem: 'unknown-key', message: 'The security token included in the request is invalid.' };
  const signedAt = Date.parse(link.date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(now < signedAt + link.expires * 1000)) return { problem: 'expired', message: 'Request has expired.' };
  const expected = signatureOf(request, link, key.credentials.secretAccessKey);
  if (timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(link.signature, 'hex'))) return key.caller;
  return {
    problem: 'mismatch',
    message: 'The request signature we calculated does not match the signature you provided.',
  };
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function signatureOf(
  { method, path, query, headers }: LocalRequest,
  { day, region, date }: Presigned,
  secret: string,
): string {
  const pairs = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const canonical = [
    method,
    path,
    pairs.join('&'),
    `host:${headers['host'] ?? ''}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const signingKey = [day, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  return hmac(signingKey, toSign).toString('hex');
}
