import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may sign, and for what. */
export interface Accepted {
  readonly region: string;
  readonly service: string;
  /** Access key id -> secret and, for temporary keys, session token. */
  readonly keys: Readonly<Record<string, { readonly secret: string; readonly token?: string }>>;
}

/** The access key id whose signature holds, or why none does: Signature Version 4, worked out from its description. */
export function verify(request: IncomingMessage, body: string, { region, service, keys }: Accepted): string | Error {
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-security-token': token } = request.headers;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!parts) return new Error('the call is not signed');
  const [, id = '', day = '', signedRegion, signedService, names = '', signature = ''] = parts;
  if (signedRegion !== region || signedService !== service) return new Error('signed for another region or service');
  const key = keys[id];
  if (!key || key.token !== token) return new Error('unknown key');
  const signed = names.split(';');
  const unsigned = ['host', 'x-amz-date', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  if (!unsigned.every((name) => signed.includes(name))) return new Error('a header is not signed');
  const url = new URL(request.url ?? '', 'http://host');
  const canonical = [
    request.method,
    url.pathname.split('/').map(encode).join('/'),
    [...url.searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    names,
    hash(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n');
  const secret = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${key.secret}`);
  const expected = hmac(secret, text);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? id : new Error('the signature does not match');
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
