import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Caller, KeyRing } from '../credentials.ts';
import type { LocalRequest } from './request.ts';

/** Why a signature was not accepted. Each protocol words it in its own way; `message` says which rule was broken. */
export interface SignatureProblem {
  readonly problem: 'missing' | 'incomplete' | 'unknown-key' | 'mismatch' | 'expired';
  readonly message: string;
}

/** The parts of an `Authorization: AWS4-HMAC-SHA256 ...` header. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const headerShape =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Reads who claims to have signed for which service; nothing is verified yet. */
export const readAuthorization = (
  request: Pick<LocalRequest, 'headers' | 'query'>,
): Authorization | SignatureProblem => {
  if (request.query.some(([name]) => /^x-amz-(signature|algorithm|credential)$/i.test(name))) {
    return incomplete(
      'Presigned query authentication is not supported by the local AWS: sign the Authorization header.',
    );
  }
  const header = request.headers['authorization'];
  if (header === undefined) return { problem: 'missing', message: 'Missing Authentication Token' };
  const [, accessKeyId, day, region, service, signed, signature] = headerShape.exec(header) ?? [];
  if (!accessKeyId || !day || !region || !service || !signed || !signature) {
    return incomplete('The Authorization header is not a complete AWS4-HMAC-SHA256 signature.');
  }
  return { accessKeyId, day, region, service, signedHeaders: signed.split(';'), signature };
};

/** What `verifySignature` holds a request against. `skew`: how far, in ms, the signing time may be from `now`; without it no time is checked. */
export interface Verification {
  readonly keys: KeyRing;
  readonly region: string;
  readonly skew?: { readonly now: number; readonly allowed: number };
}

/** Signs the request again with the stored secret and compares in constant time (Signature Version 4, headers only). */
export const verifySignature = async (
  request: LocalRequest,
  authorization: Authorization,
  against: Verification,
): Promise<Caller | SignatureProblem> => {
  const key = against.keys.find(authorization.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (!key || token !== key.credentials.sessionToken) {
    return { problem: 'unknown-key', message: 'The security token included in the request is invalid.' };
  }
  const problem = scopeProblem(authorization, against.region) ?? coverageProblem(request, authorization);
  if (problem) return problem;
  const signedAt = signingTime(request, authorization);
  if (typeof signedAt !== 'number') return signedAt;
  if (against.skew && Math.abs(against.skew.now - signedAt) > against.skew.allowed) {
    return { problem: 'expired', message: `Signature expired: ${request.headers['x-amz-date']} is too far from now.` };
  }
  if (!payloadAgrees(request, authorization.service)) {
    return mismatch('The x-amz-content-sha256 header is not the SHA-256 of the body.');
  }
  const expected = await signAgain(request, authorization, key.credentials.secretAccessKey, new Date(signedAt));
  if (timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(authorization.signature, 'hex'))) return key.caller;
  return mismatch(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  );
};

const mismatch = (message: string): SignatureProblem => ({ problem: 'mismatch', message });
const incomplete = (message: string): SignatureProblem => ({ problem: 'incomplete', message });

const scopeProblem = ({ region }: Authorization, expected: string): SignatureProblem | undefined =>
  region === expected ? undefined : mismatch(`Credential should be scoped to a valid region, not '${region}'.`);

const coverageProblem = (
  { headers, query }: LocalRequest,
  { signedHeaders }: Authorization,
): SignatureProblem | undefined => {
  const absent = signedHeaders.find((name) => headers[name] === undefined);
  if (absent) return mismatch(`The signed header '${absent}' is not in the request.`);
  const signed = new Set(signedHeaders);
  const required = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = required.find((name) => !signed.has(name));
  if (unsigned) return mismatch(`The header '${unsigned}' must be signed.`);
  // The signer would lose this one name, and so leave it unsigned.
  return query.some(([name]) => name === '__proto__') ? mismatch('A query parameter cannot be signed.') : undefined;
};

const dateShape = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const signingTime = ({ headers }: LocalRequest, { day }: Authorization): number | SignatureProblem => {
  const date = headers['x-amz-date'] ?? '';
  const time = Date.parse(date.replace(dateShape, '$1-$2-$3T$4:$5:$6Z'));
  if (!dateShape.test(date) || Number.isNaN(time))
    return incomplete("The header 'x-amz-date' must be a basic ISO date.");
  if (!date.startsWith(day)) return mismatch('Date in Credential scope does not match YYYYMMDD of x-amz-date.');
  return time;
};

const payloadAgrees = ({ headers, body }: LocalRequest, service: string): boolean => {
  const claimed = headers['x-amz-content-sha256'];
  if (claimed === undefined) return service !== 's3';
  if (claimed === 'UNSIGNED-PAYLOAD') return service === 's3';
  return claimed === createHash('sha256').update(body).digest('hex');
};

const signAgain = async (
  request: LocalRequest,
  { accessKeyId, region, service, signedHeaders }: Authorization,
  secretAccessKey: string,
  signingDate: Date,
): Promise<string> => {
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: NodeSha256,
    // S3 signs the path as it is sent, every other service encodes it once more.
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  });
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, request.headers[name] ?? '']));
  const copy = new HttpRequest({
    method: request.method,
    path: request.path,
    query: groupQuery(request.query),
    headers,
    body: request.body,
  });
  const signed = await signer.sign(copy, { signingDate, signableHeaders: new Set(signedHeaders) });
  return signed.headers['authorization']?.slice(-64) ?? '';
};

const groupQuery = (pairs: LocalRequest['query']): Record<string, string[]> => {
  const groups: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) groups[name] = [...(groups[name] ?? []), value];
  return groups;
};

/** The hash that the signer asks for, on Node's own crypto: HMAC when a key is given. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined ? undefined : toBytes(secret);
    this.#hash = key ? createHmac('sha256', key) : createHash('sha256');
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('A hash is used once.');
  }
}

const toBytes = (data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array => {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};
